"""Public checks of part B: run `pytest` in this folder, or `autograder check`.

The checks of part 6 run your functions twice: on the CPU, where numbers are compared, and on another device. That is
`cuda` if your computer has one. If not, it is `meta`, PyTorch's device of tensors that have a shape and a dtype and no
numbers: there only devices are judged. A number that is read back from it is 1, and what is copied to the CPU is 0.

Hidden checks judge the same tasks on other numbers and sizes. Where one of your functions may call another, a check
puts a right one in its place, so that a mistake costs points in one task only.
"""

import numpy as np
import pytest

from autograder import expect

PRECISE = {"dtype": "float64", "rtol": 1e-10, "atol": 1e-12}

STARTS = [np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([0.1, -0.2, 0.3])]

# Ten samples of two numbers, three classes, and a network without hidden layers.
X = np.array([[1, 2], [0, 1], [-1, 1], [2, 0], [1, -1], [0, -2], [-2, 1], [1, 1], [3, 0], [-1, -1]], dtype=float)
LABELS = np.array([0, 1, 2, 0, 1, 2, 1, 0, 2, 1])
W = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]])
b = np.array([0.1, 0.0, -0.1])


@pytest.mark.task("5.1", group="optimisers")
def test_descent_equals_pytorchs(student):
    """Twenty updates lead where torch.optim.SGD leads."""
    follow(student, student.pytorch_devices.SGD, lambda g, which, t: 0.1 * g, 0.1)


@pytest.mark.task("5.1", group="optimisers")
def test_zero_grad_forgets(student):
    """zero_grad leaves no gradient, or one of zeros, and no gradient means no update."""
    one, other = (student.tensor(start, dtype="float64", requires_grad=True) for start in STARTS)
    optimiser = student.pytorch_devices.SGD([one, other], 0.1)
    one.grad = student.tensor(np.ones((2, 2)), dtype="float64")
    optimiser.zero_grad()
    optimiser.step()
    expect.tensor(one.detach(), STARTS[0], **PRECISE)
    expect.tensor(other.detach(), STARTS[1], **PRECISE)


@pytest.mark.task("5.2", group="optimisers")
def test_momentum_equals_pytorchs(student):
    """Twenty updates with momentum lead where torch.optim.SGD leads with the same momentum."""
    v = [0.0, 0.0]

    def update(g, which, t):
        v[which] = 0.8 * v[which] + g
        return 0.05 * v[which]

    follow(student, student.pytorch_devices.Momentum, update, 0.05, 0.8)


@pytest.mark.task("5.2", group="optimisers")
def test_velocity_begins_at_0(student):
    """The first two updates by hand: with gradients of 1, the velocity is 1 and then 1.9."""
    parameter = student.tensor([5.0], dtype="float64", requires_grad=True)
    optimiser = student.pytorch_devices.Momentum([parameter], 0.1)
    for due in (4.9, 4.71):
        parameter.grad = student.tensor([1.0], dtype="float64")
        optimiser.step()
        expect.tensor(parameter.detach(), [due], **PRECISE)


@pytest.mark.task("5.2", group="optimisers")
def test_velocity_lies_beside_the_parameter(student):
    """Momentum works for a parameter on another device."""
    works_on_another_device(student, student.pytorch_devices.Momentum)


@pytest.mark.task("5.3", weight=2, group="optimisers")
def test_adam_equals_pytorchs(student):
    """Twenty updates of Adam lead where torch.optim.Adam leads, with the usual betas and with others."""
    for beta1, beta2, arguments in [(0.9, 0.999, ()), (0.8, 0.95, ((0.8, 0.95),))]:
        m, v = [0.0, 0.0], [0.0, 0.0]

        def update(g, which, t, m=m, v=v, beta1=beta1, beta2=beta2):
            m[which] = beta1 * m[which] + (1 - beta1) * g
            v[which] = beta2 * v[which] + (1 - beta2) * g**2
            return 0.01 * m[which] / (1 - beta1**t) / (np.sqrt(v[which] / (1 - beta2**t)) + 1e-8)

        follow(student, student.pytorch_devices.Adam, update, 0.01, *arguments)


@pytest.mark.task("5.3", group="optimisers")
def test_first_update_of_adam(student):
    """The first update of Adam moves by nearly the rate, whatever the gradient; epsilon stands outside the root."""
    for gradient, epsilon, due in [(3.0, 1e-8, 4.9), (-0.002, 1e-8, 5.1), (0.5, 0.5, 4.95)]:
        parameter = student.tensor([5.0], dtype="float64", requires_grad=True)
        optimiser = student.pytorch_devices.Adam([parameter], 0.1, epsilon=epsilon)
        parameter.grad = student.tensor([gradient], dtype="float64")
        optimiser.step()
        expect.tensor(parameter.detach(), [due], dtype="float64", rtol=1e-6)


@pytest.mark.task("5.3", group="optimisers")
def test_means_lie_beside_the_parameter(student):
    """Adam works for a parameter on another device."""
    works_on_another_device(student, student.pytorch_devices.Adam)


@pytest.mark.task("6.1", group="devices")
def test_a_step_on_the_cpu(student):
    """A step on the CPU is that of part A: it returns the loss before the update, and moves the parameters."""
    model, optimiser = network_to_train(student)
    place = (W, b)
    for _ in range(3):
        loss, place = right_step(X, LABELS, *place)
        answer = student.pytorch_devices.train_step(model, *batch(student, X, LABELS), optimiser, "cpu")
        expect.number(answer, loss, rtol=1e-10)
    lies_at(model, place)


@pytest.mark.task("6.1", group="devices")
def test_a_step_on_another_device(student):
    """A step moves its batch to the device, returns a plain number, and leaves the model where it is."""
    with student.on_device() as device:
        model, optimiser = network_to_train(student, device)
        for _ in range(2):
            loss = student.pytorch_devices.train_step(model, *batch(student, X, LABELS), optimiser, device)
            expect.number(loss)
        lies_on(model, device)


@pytest.mark.task("6.2", group="devices")
def test_an_epoch_on_the_cpu(student):
    """An epoch makes one update with each batch, and returns the mean over all samples."""
    use_right_step(student)
    model, optimiser = network_to_train(student)
    place, total = (W, b), 0.0
    for start in range(0, 10, 4):
        part = slice(start, start + 4)
        loss, place = right_step(X[part], LABELS[part], *place)
        total += loss * len(X[part])
    model.eval()
    mean = student.pytorch_devices.train_epoch(model, batches(student, 4), optimiser, "cpu")
    expect.number(mean, total / 10, rtol=1e-10)
    lies_at(model, place)
    expect.boolean(model.training, True)


@pytest.mark.task("6.2", group="devices")
def test_an_epoch_on_another_device(student):
    """An epoch runs on the device with batches from the CPU, and returns a plain number."""
    use_right_step(student)
    with student.on_device() as device:
        model, optimiser = network_to_train(student, device)
        expect.number(student.pytorch_devices.train_epoch(model, batches(student, 4), optimiser, device))
        lies_on(model, device)


@pytest.mark.task("6.3", group="devices")
def test_evaluate_on_the_cpu(student):
    """Evaluation says the mean loss and the share that is right, without dropout or a graph; the mode comes back."""
    model, graphs = network(student), []
    with_dropout = student.library("torch.nn").Sequential(student.library("torch.nn").Dropout(0.9), model)
    with_dropout.register_forward_hook(
        lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad)
    )
    for training in (True, False):
        with_dropout.train(training)
        answer = student.pytorch_devices.evaluate(with_dropout, batches(student, 4), "cpu")
        loss, accuracy = expect.items(answer, 2)
        expect.number(loss, right_step(X, LABELS, W, b)[0], rtol=1e-6)
        expect.number(accuracy, float(np.mean(np.argmax(X @ W.T + b, axis=1) == LABELS)), rtol=1e-6)
        expect.boolean(with_dropout.training, training)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while the model was evaluated.")


@pytest.mark.task("6.3", group="devices")
def test_evaluate_on_another_device(student):
    """Evaluation runs on the device with batches from the CPU, and returns two plain numbers."""
    with student.on_device() as device:
        model = network(student, device)
        for answer in expect.items(student.pytorch_devices.evaluate(model, batches(student, 4), device), 2):
            expect.number(answer)
        lies_on(model, device)


@pytest.mark.task("6.4", group="devices")
def test_fit_moves_the_model(student):
    """The model begins on the CPU and ends on the device, and the curves have a number for each epoch."""
    use_right_loop(student)
    functions = student.library("torch.optim")
    for epochs in (2, 0):
        with student.on_device() as device:
            model = network(student)
            loaders = batches(student, 4), batches(student, 5)
            curves = student.pytorch_devices.fit(model, *loaders, functions.SGD, epochs, device)
            for numbers in expect.mapping(curves, ["train_loss", "test_loss", "test_accuracy"]).values():
                for number in expect.items(numbers, epochs):
                    expect.number(number)
            lies_on(model, device)


@pytest.mark.task("6.4", group="devices")
def test_fit_trains_on_the_cpu(student):
    """Each epoch trains with the optimiser that was made once, here one with momentum, then evaluates."""
    use_right_loop(student)
    model = network(student)
    train, test = batches(student, 10), student.keep([batch(student, X[:4], LABELS[:4])])
    make = student.library("functools").partial(student.library("torch.optim").SGD, lr=0.5, momentum=0.9)
    curves = student.pytorch_devices.fit(model, train, test, make, 3, "cpu")
    found = expect.mapping(curves, ["train_loss", "test_loss", "test_accuracy"])
    numbers = {name: expect.items(part, 3) for name, part in found.items()}
    place, velocity = (W, b), (0.0, 0.0)
    for epoch in range(3):
        loss, there = right_step(X, LABELS, *place, 1.0)
        velocity = tuple(0.9 * v + before - after for v, before, after in zip(velocity, place, there, strict=True))
        place = tuple(part - 0.5 * v for part, v in zip(place, velocity, strict=True))
        expect.number(numbers["train_loss"][epoch], loss, rtol=1e-6)
        expect.number(numbers["test_loss"][epoch], right_step(X[:4], LABELS[:4], *place)[0], rtol=1e-6)
        share = float(np.mean(np.argmax(X[:4] @ place[0].T + place[1], axis=1) == LABELS[:4]))
        expect.number(numbers["test_accuracy"][epoch], share, rtol=1e-6)
    lies_at(model, place)


@pytest.mark.task("6.5", group="devices")
def test_weights_of_another_device(student):
    """A file that was written on the CPU is read for the CPU with its numbers, and for another device."""
    student.library("torch").save(network(student).state_dict(), "weights.pt")
    state = expect.mapping(student.pytorch_devices.load_state("weights.pt", "cpu"), ["weight", "bias"])
    for name, due in zip(("weight", "bias"), (W, b), strict=True):
        expect.tensor(state[name], due, **PRECISE)
    with student.on_device() as device:
        state = student.pytorch_devices.load_state("weights.pt", device)
        for value in expect.mapping(state, ["weight", "bias"]).values():
            expect.tensor(value, device=device)


@pytest.mark.task("6.5", group="devices")
def test_weights_from_a_graphics_card(student):
    """A file that says that its tensors lay on a graphics card is read on a computer without one."""
    student.library("torch.serialization").location_tag = lambda storage: "cuda:0"
    student.library("torch").save(network(student).state_dict(), "weights.pt")
    state = expect.mapping(student.pytorch_devices.load_state("weights.pt", "cpu"), ["weight", "bias"])
    for name, due in zip(("weight", "bias"), (W, b), strict=True):
        expect.tensor(state[name], due, **PRECISE)


@pytest.mark.task("7", timeout=10)
def test_a_few_digits_are_learned(student, data):
    """Of three hundred images many are read after ten epochs."""
    images, labels = data.train.images[:300], data.train.labels[:300]
    model = student.pytorch_devices.read_digits(images, labels, 10, student.generator(3), "cpu")
    shapes = [(128, 784), (128,), (10, 128), (10,)]
    W1, b1, W2, b2 = (
        expect.tensor(value, shape=shape, dtype="float32").values
        for value, shape in zip(four_parameters(model), shapes, strict=True)
    )
    hidden = np.maximum(images.reshape(-1, 28 * 28) / 255 @ W1.T + b1, 0)
    share = float(np.mean(np.argmax(hidden @ W2.T + b2, axis=1) == labels))
    expect.that(share > 0.4, "The model reads too few of the images that it was trained on.", share=share)


@pytest.mark.task("7", timeout=10)
def test_the_generator_shuffles(student, data):
    """Another generator gives another order, and so another model, though all began alike."""
    biases = []
    for seed in (1, 2):
        student.library("torch").manual_seed(0)
        images, labels = data.train.images[:200], data.train.labels[:200]
        model = student.pytorch_devices.read_digits(images, labels, 1, student.generator(seed), "cpu")
        biases.append(expect.tensor(four_parameters(model)[-1], shape=(10,)).values)
    differ = not np.array_equal(*biases)
    expect.that(differ, "The order of the images should come from the generator that is passed in.")


def follow(student, make, update, *arguments):
    """Twenty updates of two parameters with gradients of all sizes lead where `update` leads, and gradients stay.

    The parameters come as from `model.parameters()`: they can be run over once. `update` gets a gradient, which of the
    two parameters it is of, and the number of the update.
    """
    rng = np.random.default_rng(5)
    places = [start.copy() for start in STARTS]
    parameters = [student.tensor(start, dtype="float64", requires_grad=True) for start in STARTS]
    gradients = [rng.normal(size=(20, *start.shape)) for start in STARTS]
    for t in range(20):
        for part in gradients:
            part[t] *= 10.0 ** rng.integers(-6, 2)
    given = [student.tensor(part, dtype="float64") for part in gradients]
    slices = student.evaluate([("getitem", part, t) for t in range(20) for part in given])
    optimiser = make(student.library("builtins").iter(parameters), *arguments)
    for t in range(20):
        for which, parameter in enumerate(parameters):
            parameter.grad = slices[2 * t + which]
            places[which] = places[which] - update(gradients[which][t], which, t + 1)
        optimiser.step()
    for tensor, part in zip(given, gradients, strict=True):
        expect.tensor(tensor, part, **PRECISE)
    for parameter, place in zip(parameters, places, strict=True):
        expect.tensor(parameter.detach(), place, **PRECISE)


def works_on_another_device(student, make):
    """Two updates on a parameter that lies on another device."""
    with student.on_device() as device:
        model = network(student, device)
        optimiser = make(model.parameters(), 0.1)
        for _ in range(2):
            model(batch(student, X, LABELS)[0].to(device)).sum().backward()
            optimiser.step()
        lies_on(model, device)


def network(student, device="cpu"):
    """A linear layer with the weights W and b in float64, on this device."""
    model = student.library("torch.nn").Linear(2, 3).double()
    model.load_state_dict({"weight": student.tensor(W, dtype="float64"), "bias": student.tensor(b, dtype="float64")})
    return model.to(device)


def network_to_train(student, device="cpu"):
    """A linear layer on this device, and plain descent for it, with the rate 0.5."""
    model = network(student, device)
    return model, student.library("torch.optim").SGD(model.parameters(), 0.5)


def batch(student, X, labels):
    """A batch on the CPU."""
    return student.tensor(X, dtype="float64"), student.tensor(labels, dtype="int64")


def batches(student, size):
    """The ten samples in batches on the CPU, as a list that lives with the student."""
    parts = [slice(start, start + size) for start in range(0, 10, size)]
    return student.keep([batch(student, X[part], LABELS[part]) for part in parts])


def right_step(X, labels, W, b, rate=0.5):
    """The loss of a linear layer, and where a step of descent leads it."""
    exponentials = np.exp(X @ W.T + b)
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(X)), labels]))
    dZ = (p - np.eye(3)[labels]) / len(X)
    return loss, (W - rate * dZ.T @ X, b - rate * dZ.sum(axis=0))


def four_parameters(model):
    """The parameters of a network with one hidden layer, in their order."""
    parameters = list(expect.mapping(model.state_dict()).values())
    expect.that(len(parameters) == 4, "The model should have four parameters.", parameters=len(parameters))
    return parameters


def lies_at(model, place):
    """The model's parameters are these."""
    state = expect.mapping(model.state_dict(), ["weight", "bias"])
    for name, due in zip(("weight", "bias"), place, strict=True):
        expect.tensor(state[name], due, **PRECISE)


def lies_on(model, device):
    """All parameters of the model are on this device."""
    for value in expect.mapping(model.state_dict(), ["weight", "bias"]).values():
        expect.tensor(value, device=device)


def use_right_step(student):
    """Put a right function in the place of the student's `train_step`."""
    functions = student.library("torch.nn.functional")

    def train_step(model, images, labels, optimiser, device):
        loss = functions.cross_entropy(model(images.to(device)), labels.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return expect.number(loss.item())

    student.pytorch_devices.train_step = train_step


def use_right_loop(student):
    """Put right functions in the place of `train_epoch` and `evaluate`; for a loader that is a list of batches."""
    functions, torch = student.library("torch.nn.functional"), student.library("torch")

    def train_epoch(model, loader, optimiser, device):
        total, count = 0.0, 0
        for images, labels in (expect.items(pair, 2) for pair in expect.items(loader)):
            loss = functions.cross_entropy(model(images.to(device)), labels.to(device))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            (size,) = expect.tensor(labels, shape=(None,)).shape
            total, count = total + size * expect.number(loss.item()), count + size
        expect.that(count > 0, "train_epoch was called with an empty loader.")
        return total / count

    def evaluate(model, loader, device):
        pairs = [expect.items(pair, 2) for pair in expect.items(loader)]
        images, labels = (torch.cat([pair[place] for pair in pairs]).to(device) for place in (0, 1))
        logits = model(images)
        share = logits.argmax(1).eq(labels).double().mean()
        return expect.number(functions.cross_entropy(logits, labels).item()), expect.number(share.item())

    student.pytorch_devices.train_epoch, student.pytorch_devices.evaluate = train_epoch, evaluate
