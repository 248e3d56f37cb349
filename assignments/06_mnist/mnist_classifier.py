"""Assignment 06: handwritten digits, read by your own network.

Samples stand in columns, as in assignment 05: X has shape (784, m), and Y, the targets, (10, m). Files and pictures
put samples first: images have shape (m, 28, 28) and dtype uint8, 0 for paper and 255 for ink, and labels (m,).

Of `numpy_network` call these five only, through the module: `network.initialize_parameters`, `network.forward`,
`network.compute_loss`, `network.backward` and `network.update_parameters`. Its docstrings say what `parameters` and
`activations` are. No function changes its arguments, and randomness comes from `rng`, a numpy.random.Generator.
"""

import argparse
import gzip
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import numpy_network as network

LAYERS = [784, 128, 64, 10]
CLASSES = 10
LOSS = "categorical_cross_entropy"
LEARNING_RATE = 0.1
BATCH_SIZE = 32


# Part 1: the network that you bring along. Put your numpy_network.py of assignment 05 into this folder.

# Part 2: from files to arrays.


def parse_idx(content):
    """The array that an IDX file holds (task 2.1).

    content: the bytes of a file. Returns a uint8 array of as many dimensions as the file says, one or more. Raises
    ValueError for a file of another kind, and for one that has too few bytes or too many.
    """
    raise NotImplementedError("Your code here.")


def flatten(images):
    """Images as samples of a network (task 2.2).

    images: uint8 array (m, 28, 28). Returns a float32 array (784, m) of numbers from 0 to 1: 255 becomes 1, and 0
    stays 0, whatever else is in the images. A column is an image, its pixels in reading order: the first row of the
    image from left to right, then the second, and so on.
    """
    raise NotImplementedError("Your code here.")


def one_hot(labels, classes):
    """Labels as targets (task 2.3).

    labels: array (m,) of integers from 0 to classes - 1. Returns a float32 array (classes, m): each column has a
    1 in the row of its label, and 0 elsewhere.
    """
    raise NotImplementedError("Your code here.")


# Part 3: answers.


def predict(X, parameters, activations):
    """The class that the network finds most likely, for each sample (task 3.1). May call `network.forward`.

    Returns an array (m,) of integers.
    """
    raise NotImplementedError("Your code here.")


def accuracy(labels, predicted):
    """The share of the labels that were predicted, a number from 0 to 1 (task 3.2).

    labels, predicted: arrays (m,) of integers.
    """
    raise NotImplementedError("Your code here.")


def misclassified(labels, predicted):
    """Where the prediction was wrong (task 3.3).

    labels, predicted: arrays (m,) of integers. Returns an array of indices, in ascending order.
    """
    raise NotImplementedError("Your code here.")


# Part 4: training.


def batch_indices(m, batch_size, rng):
    """The numbers from 0 to m - 1 in a random order, cut into batches (task 4.1).

    Returns a list of arrays of integers. All have the length `batch_size` but the last, which has what is left: 1
    to batch_size.
    """
    raise NotImplementedError("Your code here.")


def train_epoch(X, Y, parameters, activations, learning_rate, batch_size, rng):
    """One epoch of mini-batch descent under the loss LOSS (task 4.2).

    May call `batch_indices` and the functions of `network`. X: array (784, m). Y: array (10, m). Other numbers of
    features and of classes are possible, too.
    Returns the parameters after the epoch, and its cost: the mean over the samples of the loss of each, taken
    just before the update on its batch.
    """
    raise NotImplementedError("Your code here.")


def train(X, Y, parameters, activations, epochs, learning_rate, batch_size, rng, validation=None):
    """Train for some epochs and keep a record (task 4.3). May call `train_epoch`, `predict` and `accuracy`.

    epochs: how many, 0 or more. validation: None, or a tuple (X, labels) of samples (784, v) and their labels (v,),
    from which nothing is learned. Returns the parameters after the last epoch, and a dict of two lists: "costs" has the
    cost of each epoch, and "accuracies" the accuracy on the validation samples after each epoch; it is empty
    without `validation`.
    """
    raise NotImplementedError("Your code here.")


# Part 5: pictures. Each drawing returns its figure.


def weight_images(W1):
    """The weights of each unit of the first layer, as an image (task 5.1).

    W1: array (n_1, 784). Returns an array (n_1, 28, 28): each weight stands where its pixel stood.
    """
    raise NotImplementedError("Your code here.")


def draw_misclassified(images, labels, predicted):
    """Show digits that were misread (task 5.2). May call `new_grid` and `show_image`.

    images: uint8 array (k, 28, 28), for any k from 1. labels, predicted: arrays (k,) of integers. Every image is
    shown, and its label and what it was taken for stand in its title.
    """
    raise NotImplementedError("Your code here.")


def draw_weights(images):
    """Show what `weight_images` returned, every unit (task 5.2). May call `new_grid` and `show_weights`.

    images: array (n_1, 28, 28). A reader can tell positive weights from negative ones.
    """
    raise NotImplementedError("Your code here.")


def draw_history(history):
    """Show how costs and accuracies changed from epoch to epoch (task 5.2). May call `new_panels`.

    history: a dict of the kind that `train` returns, with a validation. There are two panels, one for the costs and
    one for the accuracies, and both axes of each have a label that says what they show.
    """
    raise NotImplementedError("Your code here.")


# Part 6: everything together.


# Your code here.
def train_classifier(images, labels, epochs, rng, validation=None):
    """Train a network with the layers LAYERS to read digits (task 6.1). May call everything above.

    images: uint8 array (m, 28, 28). labels: array (m,). epochs: how many, 0 or more. validation: None, or a tuple of
    more images and labels.
    ReLU in the hidden layers, softmax in the last one, initial weights by "he", batches of BATCH_SIZE, steps of
    LEARNING_RATE; weights and batches are drawn with `rng`.
    Returns the parameters, the list of the activations, and the history.
    """
    raise NotImplementedError("Your code here.")


def train_baseline(images, labels, epochs, rng):
    """The same without hidden layers, to compare with: 784 inputs, 10 outputs (task 6.2). May call everything above.

    Returns the parameters, the list of the activations, and the history.
    """
    raise NotImplementedError("Your code here.")


# From here on, everything is given, and nothing is graded.

COLUMNS = 8


def new_grid(count):
    """A figure and a list of `count` axes, eight in a row, without ticks."""
    rows = max(1, math.ceil(count / COLUMNS))
    figure, panels = plt.subplots(rows, COLUMNS, figsize=(COLUMNS, 1.2 * rows), layout="constrained", squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    return figure, list(panels.flat[:count])


def show_image(axes, image):
    """Show an image (28, 28): ink on paper."""
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axes.title.set_fontsize(9)


def show_weights(axes, image):
    """Show weights (28, 28): positive ones blue, negative ones red, the largest in full colour."""
    largest = abs(image).max()
    axes.imshow(image, cmap="RdBu", vmin=-largest, vmax=largest)


def new_panels():
    """A figure and its two axes, side by side."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for axes in (left, right):
        axes.set_prop_cycle(color=["#0072b2"], marker=["o"], markersize=[4])
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    return figure, left, right


def read_folder(folder):
    """The four files of MNIST, plain or gzipped: images and labels to train on, then images and labels to test on."""
    arrays = []
    for part in ("train", "t10k"):
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            path = Path(folder, f"{part}-{kind}")
            if path.is_file():
                arrays.append(parse_idx(path.read_bytes()))
            else:
                arrays.append(parse_idx(gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes())))
    return arrays


def main():
    """Train on MNIST, say how well it went on the test images, and save three pictures."""
    parser = argparse.ArgumentParser(description="Train a network to read handwritten digits.")
    parser.add_argument("--data", required=True, help="folder with the four files of MNIST, plain or .gz")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--validation", type=int, default=5000, help="how many images to keep back (default: 5000)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    print(f"The network is {Path(network.__file__).name}, the digits are from {options.data}.")
    images, labels, test_images, test_labels = read_folder(options.data)
    rng = np.random.default_rng(options.seed)
    count = len(images) - options.validation
    kept_back = (images[count:], labels[count:]) if options.validation else None
    parameters, activations, history = train_classifier(images[:count], labels[:count], options.epochs, rng, kept_back)
    predicted = predict(flatten(test_images), parameters, activations)
    print(f"Trained on {count} images for {options.epochs} epochs, cost {history['costs'][-1]:.4f}.")
    print(f"{100 * accuracy(test_labels, predicted):.2f} % of {len(test_labels)} test images are read.")

    wrong = misclassified(test_labels, predicted)[:24]
    draw_misclassified(test_images[wrong], test_labels[wrong], predicted[wrong]).savefig("my_misclassified.png", dpi=90)
    draw_weights(weight_images(parameters["W1"])[:24]).savefig("my_weights.png", dpi=90)
    if options.validation:
        draw_history(history).savefig("my_history.png", dpi=90)
    plt.close("all")

    parameters, activations, _ = train_baseline(images[:count], labels[:count], options.epochs, rng)
    without = predict(flatten(test_images), parameters, activations)
    print(f"Without hidden layers: {100 * accuracy(test_labels, without):.2f} %.")


if __name__ == "__main__":
    main()
