"""Assignment 11: instruments, diagnoses, predictions, and tests that tell right code from wrong code.

Samples stand in rows. In parts 1 to 4 arrays are PyTorch's tensors, in part 5 they are NumPy's, of float64. A *model*
is an nn.Module, all of its layers in the same mode. All numbers that count come from a generator that is handed over.
"""

import copy
import math
import sys

import numpy as np
import torch
from torch import nn

CAUSES = {
    "zero weights": "All weights and biases begin at 0.",
    "equal weights": "All weights and biases begin at the same number, which is not 0.",
    "large weights": "The weights (not the biases) begin far too large.",
    "high rate": "The learning rate is too high.",
    "low rate": "The learning rate is too low: a higher one, or more updates, would do.",
    "dead units": "A layer's ReLUs, or nearly all of them, answer 0, whatever comes in.",
    "vanishing gradients": "On the way back the gradients shrink, layer by layer, until nothing is left.",
    "no activation": "There is nothing between the linear layers, so all of them are one.",
    "gradients not cleared": "Each update is made with the sum of all gradients so far.",
    "wrong mode": "Layers that behave differently while they learn are left in training mode.",
    "torn pairs": "The network is given labels that belong to other samples.",
    "softmax of one": "A softmax over a single output.",
    "output cut off": "The last activation cuts off what a probability needs.",
    "overfitting": "The network learns its samples by heart.",
}


# Part 1: instruments.


def gradient_norms(model):
    """Measure how long each parameter's gradient is (task 1.1).

    Returns a dict: for each name in `model.named_parameters()` the root of the sum of the squares of its `.grad`, a
    plain number, and 0 where `.grad` is None.
    """
    raise NotImplementedError("Your code here.")


def dead_units(model, X):
    """Count the dead units behind each ReLU (task 1.2).

    model: an nn.Sequential. X: float tensor (m, n) of samples, m is 1 or more.
    A unit is dead if it answers 0 to every sample. The model answers in evaluation mode and without recording a graph;
    afterwards it is in the mode that it was in before.
    Returns a list with an int for each `nn.ReLU` of the model, in their order: how many of its units are dead. Other
    layers are not listed.
    """
    raise NotImplementedError("Your code here.")


def activation_statistics(model, X):
    """Measure what comes out of each layer (task 1.3).

    model: an nn.Sequential. X: float tensor (m, n) of samples, m is 1 or more.
    The model answers in evaluation mode and without recording a graph; afterwards it is in the mode that it was in
    before.
    Returns a list with a tuple (mean, deviation) for each part of the Sequential, in their order: the mean of all
    numbers that come out of it, for all samples and units together, and their standard deviation, the root of the mean
    squared distance from the mean. Both are plain numbers.
    """
    raise NotImplementedError("Your code here.")


# Your code here.
def clip_gradients(parameters, most):
    """Shorten all gradients together where they are too long (task 1.4). `torch.nn.utils` may not be used.

    parameters: an iterable of parameters, such as `model.parameters()`, which can be gone through once only. Some may
    have no gradient (`.grad` is None); one at least has one. most: number above 0.
    The total is the root of the sum of the squares of all numbers in all gradients. Where it is above `most`, every
    gradient is multiplied, in place, by the same factor most / (total + 1e-6); else all gradients stay as they are.
    Returns the total before, a plain number.
    """
    raise NotImplementedError("Your code here.")


def overfits_ten_samples(model, loss_function, X, y, updates=100, rate=0.01, limit=0.05):
    """Find out whether a model can learn ten samples by heart (task 1.5).

    model: an nn.Module. loss_function: takes (model(X), y) and answers with a tensor (). X, y: float tensors with the
    same number of rows. updates: int, 0 or more. rate, limit: numbers above 0.
    A copy of the model, in evaluation mode, makes `updates` updates of `torch.optim.Adam` at this rate, each with the
    first ten samples at once (with all, if there are fewer). The model itself stays as it was: its parameters, their
    gradients and its mode.
    Returns the tuple (verdict, loss): the loss of the copy on these samples after the last update, a plain number, and
    True if it is below the limit, else False.
    """
    raise NotImplementedError("Your code here.")


# Part 2: diagnoses. Each returns the tuple (cause, number): a key of CAUSES, and what you have measured on the patient
# as it came, with the samples and the generator of `patients.admit`. Write both as constants. Task 3, the cure, stands
# in `patients.py`.


def diagnose_ada():
    """Diagnose Ada (task 2.1).

    The number: how far the first update moves all parameters together, which is the learning rate times the length of
    all gradients together. `ada(X, y, generator, updates=1)` leaves these gradients in `.grad`.
    """
    raise NotImplementedError("Your code here.")


def diagnose_ben():
    """Diagnose Ben (task 2.2).

    The number: how many units of the fresh model are dead, by `dead_units`. How many should be, in a fresh model?
    """
    raise NotImplementedError("Your code here.")


def diagnose_cleo():
    """Diagnose Cleo (task 2.3).

    The number: the length of all gradients together that stand in `.grad` after 10 updates. Compare it with the length
    after `model.zero_grad()` and one backward pass of the loss of the same model.
    """
    raise NotImplementedError("Your code here.")


def diagnose_dan():
    """Diagnose Dan (task 2.4).

    The number: the loss on all samples after 20 updates, measured as it should be measured. Compare it with the same
    loss of the model as it came back, measured three times.
    """
    raise NotImplementedError("Your code here.")


def diagnose_eve():
    """Diagnose Eve (task 2.5).

    The number: the largest difference between the answers of the fresh model to X and sigmoid(X @ P.T), where P is the
    product of all its weight matrices, the last layer's on the left. (Its biases are 0.) Write it as it came out, with
    its exponent. How large would it be if something stood between the layers?
    """
    raise NotImplementedError("Your code here.")


def diagnose_finn():
    """Diagnose Finn (task 2.6).

    The number: the loss that `overfits_ten_samples` reaches with the fresh model, `nn.BCELoss()` and all else as it is.
    What can it not be, if ten samples are no trouble? Then see how many rows of `labels` belong to their `points`.
    """
    raise NotImplementedError("Your code here.")


def diagnose_gus():
    """Diagnose Gus (task 2.7).

    The number: the length of the gradient of the first weight matrix, divided by that of the last one, at the first
    update, by `gradient_norms`.
    """
    raise NotImplementedError("Your code here.")


def diagnose_hana():
    """Diagnose Hana (task 2.8).

    The number: the loss that `overfits_ten_samples` reaches with the fresh model, `nn.BCELoss()` and all else as it is.
    Where does it come from? (How many of the ten labels are 0, and what does PyTorch take for the logarithm of 0?)
    """
    raise NotImplementedError("Your code here.")


# Part 4: predictions. Each returns the tuple (prediction, result, number): what you thought before you ran anything,
# "a", "b" or "c"; what came out, "a", "b" or "c"; and a number that proves it. A wrong prediction costs nothing.


def predict_equal_start():
    """What happens if all weights and biases begin at 0.5, as Jon's do (task 4.1)?

    a: nothing, the first update tells the units apart. b: all hidden units stay equal for ever. c: the gradients are 0.
    The number: how many different rows, to six decimals, Jon's first weight matrix has after 60 updates.
    """
    raise NotImplementedError("Your code here.")


def predict_fifty_layers():
    """What can fifty linear layers do that one cannot, if nothing stands between them (task 4.2)?

    a: nothing. b: bend the border between two classes. c: learn faster, and bend it a little.
    The number: fifty layers lead from 2 numbers to 1, with 8 in between. How many weights and biases has the one layer
    that answers every input as they do?
    """
    raise NotImplementedError("Your code here.")


def predict_negative_weights():
    """All weights of a layer are negative, the biases 0, and ReLU stands behind it: is it dead (task 4.3)?

    a: yes, for any input. b: for pixels from 0 to 1, and not for centred ones. c: no, for neither.
    The number: the share of all answers of `negative_layer`'s ReLU to its centred inputs that are above 0.
    """
    raise NotImplementedError("Your code here.")


def predict_shape():
    """A layer of `nn.Linear` takes images of 784 pixels and has 128 units: which shape has its weight (task 4.4)?

    a: (784, 128). b: (128, 784). c: (128, 1).
    The number: how many numbers it holds.
    """
    raise NotImplementedError("Your code here.")


def predict_fraud():
    """A network tells fraud (1) from honest payments (0), and ReLU, cut off at 1, is its end, as Lou's (task 4.5).

    a: it works, a ReLU is never below 0. b: some frauds get exactly 0, and no gradient comes back from them. c: all
    answers are 0.5.
    The number: how many of the 40 samples are frauds to which Lou's fresh model answers exactly 0.
    """
    raise NotImplementedError("Your code here.")


def predict_swing():
    """In descent, w jumps from one side of the lowest place to the other, each time further out (task 4.6). Why?

    a: the network is too small. b: there are too few samples. c: the learning rate is too high.
    The number: the largest rate at which descent on 5·w² does not move away from 0.
    """
    raise NotImplementedError("Your code here.")


def predict_autograd():
    """Somebody derives all slopes of a network by hand, in three days. What is autograd's advantage (task 4.7)?

    a: its slopes are more exact. b: it finds the same slopes, for whatever network you write next, in one backward
    pass. c: it needs no forward pass.
    The number: how many forward passes central differences need for one gradient of a network with 784 inputs, hidden
    layers of 128 and 64, and 10 outputs, with biases.
    """
    raise NotImplementedError("Your code here.")


def predict_wheel():
    """A computer says `Driver Version: 550.54.14` and `Tesla V100`, which has the compute capability 7.0 (task 4.8).

    By the table in the handout, which build of PyTorch is for it? a: cu130. b: cu128. c: cu126.
    The number: the lowest compute capability that the next newer build can use.
    """
    raise NotImplementedError("Your code here.")


def negative_layer():
    """Make a layer with negative weights only, and two sets of inputs. Given.

    Returns the tuple (W, pixels, centred) of float64 tensors (50, 784), (200, 784) and (200, 784).
    """
    generator = torch.Generator().manual_seed(5)
    W = -torch.rand(50, 784, generator=generator, dtype=torch.float64)
    pixels = torch.rand(200, 784, generator=generator, dtype=torch.float64)
    return W, pixels, pixels - pixels.mean(dim=0)


# Part 5: tests. You are given functions that somebody else wrote, and say whether to trust them. They take and return
# NumPy's arrays of float64, in the right shapes, and never change their arguments. A test may call what it is
# given 500 times in all.


def trust_backward(forward, backward, rng):
    """Say whether a layer's backward pass belongs to its forward pass (task 5.1).

    forward(X, W, b) returns Y (m, k), for X (m, n), W (k, n) and b (k,), any sizes from 1 to 100. It is a smooth
    function of Z = X @ W.T + b, number by number, which you are not told. backward(X, W, b, dY) returns the tuple
    (dX, dW, db): the slopes, along X, W and b, of the sum of dY * Y, with dY (m, k). rng: a numpy.random.Generator.
    Returns True where every answer of backward is right, to 1e-4 of the largest number of its array, and False where
    some are not.
    """
    raise NotImplementedError("Your code here.")


def trust_optimiser(step, rng):
    """Say whether an optimiser is Adam, as PyTorch has it (task 5.2).

    step(w, g, m, v, t, rate) returns the tuple (w, m, v) after one update, for arrays w, g, m and v of one shape, a
    vector or a matrix of at most 10,000 numbers; v has no negative number. t is the number of the update, an int from 1
    to 1,000,000, and beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8:
        m <- beta1·m + (1 - beta1)·g             v <- beta2·v + (1 - beta2)·g²
        w <- w - rate · (m / (1 - beta1^t)) / (√(v / (1 - beta2^t)) + epsilon)
    rng: a numpy.random.Generator.
    Returns True where all answers are right to 1e-6 of themselves, and False where some are not. (Where w and its step
    all but cancel, rounding may be more than that: draw w at random.)
    """
    raise NotImplementedError("Your code here.")


def trust_split(split, rng):
    """Say whether a function splits samples well into two sets (task 5.3).

    split(X, y, share, seed) returns the tuple (X_train, y_train, X_validation, y_validation), for X (m, n) with m from
    2 to 1,000 and n from 1 to 100, y (m,), a share between 0 and 1, and a seed, an int from 0 to 1,000,000,000. It
    should put int(share * m) samples, as Python computes it, into the validation set (it may be 0) and all others into
    the training set, each sample once and with its own y, in any order, all numbers unchanged. Which samples go where
    is drawn at random, each choice of them as likely as any other, and the seed decides: the same seed gives the same
    split, and another seed another one, except by chance.
    rng: a numpy.random.Generator.
    Returns True where split does all of this, and False where it does not.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: `python debugging.py` examines the patients in `patients.py`, or in another file of its kind,
# such as `python debugging.py as_they_came`, and draws the losses of the eight as `my_losses.png`.

GRADED = ["ada", "ben", "cleo", "dan", "eve", "finn", "gus", "hana"]
PRACTICE = ["ivy", "jon", "kim", "lou"]


def draw_losses(curves):
    """Draw the losses of the patients, each by its name."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 4, figsize=(10, 4), layout="constrained")
    for axes, (name, losses) in zip(panels.flat, curves.items(), strict=True):
        axes.semilogy(losses, color="#3b6fb6", linewidth=1)
        axes.set(title=name.capitalize(), xlabel="update", ylim=(min(losses) / 3, 3 * max(losses)))
    for axes in panels[:, 0]:
        axes.set_ylabel("loss")
    return figure


def main(module="patients"):
    """Measure every patient with the instruments of part 1."""
    import importlib

    patients = importlib.import_module(module)
    curves = {}
    for name in [*GRADED, *PRACTICE]:
        model, losses = getattr(patients, name)(*patients.admit(name))
        X = patients.admit(name)[0]
        curves[name] = losses
        print(f"\n{name}: loss {losses[0]:.3f}, lowest {min(losses):.3f}, last {losses[-1]:.3f}")
        print("  dead units behind each ReLU:", dead_units(model, X))
        print(
            "  deviations, layer by layer:", *(f"{deviation:.2g}" for _, deviation in activation_statistics(model, X))
        )
        print("  gradients of the weights:", *(f"{norm:.1e}" for norm in list(gradient_norms(model).values())[::2]))
    draw_losses({name: curves[name] for name in GRADED}).savefig("my_losses.png", dpi=120)
    print("\nSaved my_losses.png.")


if __name__ == "__main__":
    main(*sys.argv[1:2])
