"""Hidden checks of part B: optimisers over twenty updates, the loop on the CPU and on another device, real digits.

Nothing here imports PyTorch. Expected values come from formulas in NumPy; models and optimisers are PyTorch's own,
made in the student process.
"""

from itertools import pairwise

import numpy as np
import pytest

from autograder import expect

PRECISE = {"dtype": "float64", "rtol": 1e-10, "atol": 1e-12}
CURVES = ["train_loss", "test_loss", "test_accuracy"]
SHAPES = [(2, 3), (3, 3), (1,)]


@pytest.mark.task("5.1", group="optimisers")
def test_descent_over_twenty_updates(student, rng):
    """Parameters of any shape go where gradient descent goes; gradients stay as they are."""
    rate = float(rng.uniform(0.01, 0.5))
    follow(student, rng, student.pytorch_devices.SGD, lambda memory, g, t: rate * g, rate)


@pytest.mark.task("5.1", group="optimisers")
def test_descent_of_a_model(student, rng):
    """The parameters may come from `parameters()`; those without a gradient stay, and float32 stays float32."""
    stays_without_gradient(student, rng, student.pytorch_devices.SGD, lambda g: 0.25 * g)


@pytest.mark.task("5.2", weight=2, group="optimisers")
def test_momentum_over_twenty_updates(student, rng):
    """Parameters go where torch.optim.SGD goes with momentum, with the usual momentum and with none."""
    for momentum, arguments in [(0.9, ()), (0.0, (0.0,))]:
        rate = float(rng.uniform(0.01, 0.1))

        def update(memory, g, t, momentum=momentum, rate=rate):
            memory[0] = momentum * memory[0] + g
            return rate * memory[0]

        follow(student, rng, student.pytorch_devices.Momentum, update, rate, *arguments)


@pytest.mark.task("5.2", group="optimisers")
def test_momentum_of_a_model(student, rng):
    """The parameters may come from `parameters()`; those without a gradient stay; gradients can be forgotten."""
    stays_without_gradient(student, rng, student.pytorch_devices.Momentum, lambda g: 0.25 * g)


@pytest.mark.task("5.2", group="optimisers")
def test_momentum_on_a_device(student, rng):
    """The velocities lie where the parameters lie."""
    works_on_device(student, rng, student.pytorch_devices.Momentum)


@pytest.mark.task("5.3", weight=3, group="optimisers")
def test_adam_over_twenty_updates(student, rng):
    """Parameters go where torch.optim.Adam goes, for the usual numbers and for others."""
    for arguments in [(), (0.02, (0.8, 0.99), 1e-4), (0.1, (0.0, 0.5), 0.1)]:
        rate, (beta1, beta2), epsilon = arguments or USUAL

        def update(memory, g, t, rate=rate, beta1=beta1, beta2=beta2, epsilon=epsilon):
            memory[0] = beta1 * memory[0] + (1 - beta1) * g
            memory[1] = beta2 * memory[1] + (1 - beta2) * g**2
            return rate * memory[0] / (1 - beta1**t) / (np.sqrt(memory[1] / (1 - beta2**t)) + epsilon)

        follow(student, rng, student.pytorch_devices.Adam, update, *arguments)


@pytest.mark.task("5.3", group="optimisers")
def test_adam_of_a_model(student, rng):
    """The parameters may come from `parameters()`; those without a gradient stay; gradients can be forgotten."""
    stays_without_gradient(student, rng, student.pytorch_devices.Adam, lambda g: 0.25 * np.sign(g))


@pytest.mark.task("5.3", group="optimisers")
def test_adam_on_a_device(student, rng):
    """Both means lie where the parameters lie."""
    works_on_device(student, rng, student.pytorch_devices.Adam)


@pytest.mark.task("6.1", group="devices")
def test_steps_on_the_cpu(student, rng):
    """Over ten steps with changing batches, losses and parameters are those of gradient descent."""
    place, rate = weights_of(rng, (4, 6, 3)), 0.3
    model = network(student, place)
    optimiser = descent(student, model, rate)
    for turn in range(10):
        X, labels = batch_of(rng, (5, 1, 3)[turn % 3], 4, 3)
        images, targets = tensors(student, X, labels)
        loss = student.pytorch_devices.train_step(model, images, targets, optimiser, "cpu")
        due, place = step_of(X, labels, place, rate)
        expect.number(loss, due, rtol=1e-9)
        if turn == 0:
            expect.tensor(images, X, **PRECISE)
            expect.tensor(targets, labels, dtype="int64")
    lies_at(model, place)


@pytest.mark.task("6.1", weight=2, group="devices")
def test_steps_on_a_device(student, rng):
    """Steps run on the device with a batch from the CPU, with one that lies there already, and with Adam."""
    optimisers = student.library("torch.optim")
    for make in (optimisers.SGD, optimisers.Adam):
        with student.on_device() as device:
            model = network(student, weights_of(rng, (4, 6, 3)), device)
            optimiser = make(model.parameters(), 0.1)
            images, labels = tensors(student, *batch_of(rng, 5, 4, 3))
            moved = images.to(device), labels.to(device)
            for batch in ((images, labels), moved, (images, moved[1]), (moved[0], labels)):
                expect.number(student.pytorch_devices.train_step(model, *batch, optimiser, device))
            lies_on(model, device)
            expect.tensor(images, shape=(5, 4), dtype="float64")


@pytest.mark.task("6.2", group="devices")
def test_epochs_on_the_cpu(student, rng):
    """Two epochs go through all batches in their order, in training mode, and say the mean over all samples."""
    use_step(student)
    place, rate, modes = weights_of(rng, (4, 5, 3)), 0.3, []
    model = network(student, place)
    model.register_forward_hook(lambda module, inputs, output: modes.append(expect.boolean(module.training)))
    optimiser = descent(student, model, rate)
    parts = [batch_of(rng, size, 4, 3) for size in (4, 1, 3)]
    for _ in range(2):
        model.eval()
        total = 0.0
        for X, labels in parts:
            loss, place = step_of(X, labels, place, rate)
            total += loss * len(X)
        mean = student.pytorch_devices.train_epoch(model, loader_of(student, parts), optimiser, "cpu")
        expect.number(mean, total / 8, rtol=1e-9)
    lies_at(model, place)
    expect.that(len(modes) > 0 and all(modes), "The model should be in training mode while it learns.")


@pytest.mark.task("6.2", group="devices")
def test_epochs_on_a_device(student, rng):
    """An epoch runs on the device, from a list of batches and from a DataLoader."""
    use_step(student)
    with student.on_device() as device:
        model = network(student, weights_of(rng, (4, 5, 3)), device)
        optimiser = descent(student, model, 0.1)
        parts = [batch_of(rng, size, 4, 3) for size in (4, 1)]
        for loader in (loader_of(student, parts), data_loader(student, *batch_of(rng, 5, 4, 3), 2)):
            expect.number(student.pytorch_devices.train_epoch(model, loader, optimiser, device))
            lies_on(model, device)


@pytest.mark.task("6.3", group="devices")
def test_evaluate_any_batches(student, rng):
    """Loss and accuracy are those over all samples, and neither parameters nor the mode change; no graph is made."""
    nn, graphs = student.library("torch.nn"), []
    for training, sizes in [(True, (5, 1, 3)), (False, (4, 4, 1)), (True, (1,))]:
        place = weights_of(rng, (4, 6, 3))
        inner = network(student, place)
        model = nn.Sequential(nn.Dropout(0.8), inner)
        model.train(training)
        model.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
        parts = [batch_of(rng, size, 4, 3) for size in sizes]
        loss, accuracy = expect.items(student.pytorch_devices.evaluate(model, loader_of(student, parts), "cpu"), 2)
        X, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
        logits = run(X, place)[1]
        expect.number(loss, cost(logits, labels), rtol=1e-6)
        expect.number(accuracy, float(np.mean(logits.argmax(axis=1) == labels)), rtol=1e-6)
        expect.boolean(model.training, training)
        lies_at(inner, place)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while the model was evaluated.")


@pytest.mark.task("6.3", weight=2, group="devices")
def test_evaluate_on_a_device(student, rng):
    """Evaluation runs on the device, from a list of batches, from a DataLoader, and with batches that lie there."""
    with student.on_device() as device:
        model = network(student, weights_of(rng, (4, 5, 3)), device)
        parts = [batch_of(rng, size, 4, 3) for size in (4, 1)]
        there = [
            (images.to(device), labels.to(device)) for images, labels in (tensors(student, *part) for part in parts)
        ]
        loaders = [loader_of(student, parts), data_loader(student, *batch_of(rng, 5, 4, 3), 2), student.keep(there)]
        for loader in loaders:
            for number in expect.items(student.pytorch_devices.evaluate(model, loader, device), 2):
                expect.number(number)
            lies_on(model, device)


@pytest.mark.task("6.4", group="devices")
def test_fit_on_the_cpu(student, rng):
    """Each epoch trains with the optimiser that was made once, then evaluates."""
    use_loop(student)
    for epochs in (2, 0):
        place, rate = weights_of(rng, (4, 5, 3)), 0.4
        model, made = network(student, place), []

        def make_optimiser(parameters, model=model, made=made, rate=rate):
            made.append(True)
            return student.library("torch.optim").SGD(the_first(student, parameters), rate)

        train, test = [batch_of(rng, size, 4, 3) for size in (4, 2)], [batch_of(rng, size, 4, 3) for size in (3, 1)]
        loaders = loader_of(student, train), loader_of(student, test)
        curves = student.pytorch_devices.fit(model, *loaders, make_optimiser, epochs, "cpu")
        found = expect.mapping(curves, CURVES)
        trained, tested, shares = (expect.items(found[name], epochs) for name in CURVES)
        X, labels = (np.concatenate(part) for part in zip(*test, strict=True))
        for epoch in range(epochs):
            total = 0.0
            for samples, targets in train:
                loss, place = step_of(samples, targets, place, rate)
                total += loss * len(samples)
            logits = run(X, place)[1]
            expect.number(trained[epoch], total / 6, rtol=1e-6)
            expect.number(tested[epoch], cost(logits, labels), rtol=1e-6)
            expect.number(shares[epoch], float(np.mean(logits.argmax(axis=1) == labels)), rtol=1e-6)
        lies_at(model, place)
        expect.that(len(made) == 1, "make_optimiser should be called once.", calls=len(made))


@pytest.mark.task("6.4", group="devices")
def test_fit_on_a_device(student, rng):
    """The model is moved before its optimiser is made, and stays on the device."""
    use_loop(student)
    for epochs in (1, 0):
        with student.on_device() as device:
            model = network(student, weights_of(rng, (4, 5, 3)))
            make_optimiser, seen = optimiser_that_looks(student, device)
            parts = [batch_of(rng, size, 4, 3) for size in (4, 1)]
            loaders = loader_of(student, parts), loader_of(student, parts[:1])
            curves = student.pytorch_devices.fit(model, *loaders, make_optimiser, epochs, device)
            for numbers in expect.mapping(curves, CURVES).values():
                for number in expect.items(numbers, epochs):
                    expect.number(number)
            lies_on(model, device)
            expect.that(len(seen) == 4, "make_optimiser should be given model.parameters().", tensors=len(seen))


@pytest.mark.task("6.5", group="devices")
def test_weights_for_a_device(student, rng):
    """A file is read for the CPU with its numbers, and for another device."""
    place = weights_of(rng, (4, 6, 3))
    state = network(student, place).state_dict()
    student.library("torch").save(state, "some_weights.pt")
    found = expect.mapping(student.pytorch_devices.load_state("some_weights.pt", "cpu"), NAMES)
    for value, due in zip(found.values(), place, strict=True):
        expect.tensor(value, due, **PRECISE)
    with student.on_device() as device:
        found = expect.mapping(student.pytorch_devices.load_state("some_weights.pt", device), NAMES)
        for value, due in zip(found.values(), place, strict=True):
            expect.tensor(value, shape=due.shape, dtype="float64", device=device)


@pytest.mark.task("6.5", group="devices")
def test_weights_that_lay_on_a_graphics_card(student, rng):
    """A file that says that its tensors lay on a graphics card is read for the CPU, and for another device."""
    place = weights_of(rng, (4, 6, 3))
    student.library("torch.serialization").location_tag = lambda storage: "cuda:0"
    student.library("torch").save(network(student, place).state_dict(), "weights_of_a_card.pt")
    found = expect.mapping(student.pytorch_devices.load_state("weights_of_a_card.pt", "cpu"), NAMES)
    for value, due in zip(found.values(), place, strict=True):
        expect.tensor(value, due, **PRECISE)
    with student.on_device() as device:
        found = expect.mapping(student.pytorch_devices.load_state("weights_of_a_card.pt", device), NAMES)
        for value, due in zip(found.values(), place, strict=True):
            expect.tensor(value, shape=due.shape, dtype="float64", device=device)


@pytest.mark.task("7", weight=3, timeout=60)
def test_digits_are_read(student, rng, data):
    """After some epochs with thousands of images, most digits that the program has never seen are read."""
    chosen = rng.permutation(len(data.train.labels))[: int(data.thresholds["images"])]
    names = rng.permutation(10).astype(np.uint8)
    labels = names[data.train.labels[chosen]]
    order = np.argsort(labels, kind="stable")  # who does not shuffle learns one digit after the other
    images, labels = data.train.images[chosen][order], labels[order]
    epochs, seed = int(data.thresholds["epochs"]), int(rng.integers(1000))
    model = student.pytorch_devices.read_digits(images, labels, epochs, student.generator(seed), "cpu")
    pixels = data.test.images.reshape(-1, 784) / np.float32(255)
    share = float(np.mean(answers_of(model, pixels) == names[data.test.labels]))
    expect.that(share >= data.thresholds["accuracy"], "The model reads too few digits.", share=share)


@pytest.mark.task("7", timeout=10)
def test_model_answers_with_logits(student, rng, data):
    """The model that comes back answers with raw logits, and images and labels are as they were."""
    images, labels = data.train.images[:100], data.train.labels[:100]
    kept_images, kept_labels = student.keep(images), student.keep(labels)
    model = student.pytorch_devices.read_digits(kept_images, kept_labels, 1, student.generator(5), "cpu")
    pixels = rng.uniform(size=(6, 784))
    model.eval()
    due = logits_of(model, pixels)
    expect.tensor(model(student.tensor(pixels)), due, dtype="float32", rtol=1e-3, atol=1e-4)
    expect.array(kept_images, images, dtype="uint8")
    expect.array(kept_labels, labels, dtype="uint8")


@pytest.mark.task("7", timeout=10)
def test_digits_on_a_device(student, data):
    """Training runs on another device from beginning to end."""
    images, labels = data.train.images[:40], data.train.labels[:40]
    with student.on_device() as device:
        model = student.pytorch_devices.read_digits(images, labels, 1, student.generator(6), device)
        for value in expect.mapping(model.state_dict()).values():
            expect.tensor(value, device=device)


USUAL = (0.001, (0.9, 0.999), 1e-8)
NAMES = ["0.weight", "0.bias", "2.weight", "2.bias"]


# Optimisers.


def follow(student, rng, make, update, *arguments):
    """Twenty updates with gradients of all sizes lead where `update` leads; a second optimiser goes its own way.

    `update` gets what is remembered of a parameter (a list of two arrays, zeros at first), its gradient, and the number
    of the update.
    """
    places = [rng.normal(size=shape) for shape in SHAPES]
    places[0][0, 0] = 0.0
    parameters = [student.tensor(place, dtype="float64", requires_grad=True) for place in places]
    gradients = [rng.normal(size=(20, *shape)) for shape in SHAPES]
    for t in range(20):
        for part in gradients:
            part[t] *= 10.0 ** rng.integers(-6, 2)
    gradients[1][:, 0] = 0.0
    given = [student.tensor(part, dtype="float64") for part in gradients]
    slices = student.evaluate([("getitem", part, t) for t in range(20) for part in given])
    optimiser = make(student.keep(parameters), *arguments)
    memories = [[np.zeros(shape), np.zeros(shape)] for shape in SHAPES]
    other = student.tensor(np.ones(2), dtype="float64", requires_grad=True)
    make(student.keep([other]), *arguments)
    for t in range(20):
        for which, parameter in enumerate(parameters):
            parameter.grad = slices[len(SHAPES) * t + which]
            places[which] = places[which] - update(memories[which], gradients[which][t], t + 1)
        optimiser.step()
        if t in (0, 1, 19):
            for parameter, place in zip(parameters, places, strict=True):
                expect.tensor(parameter.detach(), place, **PRECISE)
    for tensor, part in zip(given, gradients, strict=True):
        expect.tensor(tensor, part, **PRECISE)
    expect.tensor(other.detach(), np.ones(2), **PRECISE)


def stays_without_gradient(student, rng, make, first):
    """Of a model in float32 only the bias has a gradient, and only the bias moves, until that is forgotten too.

    `first` is the first update for a gradient, at the rate 0.25.
    """
    weights, biases, gradient = rng.normal(size=(3, 2)), rng.normal(size=3), rng.uniform(0.5, 2, size=3)
    model = student.library("torch.nn").Linear(2, 3)
    model.load_state_dict({"weight": student.tensor(weights), "bias": student.tensor(biases)})
    optimiser = make(model.parameters(), 0.25)
    model.bias.grad = student.tensor(gradient)
    optimiser.step()
    close = {"dtype": "float32", "rtol": 1e-4, "atol": 1e-5}
    expect.tensor(model.bias.detach(), biases - first(gradient), **close)
    expect.tensor(model.weight.detach(), weights, **close)
    optimiser.zero_grad()
    left = model.bias.grad
    if not nothing(left):
        expect.tensor(left, np.zeros(3))
    expect.tensor(model.bias, requires_grad=True)


def nothing(answer):
    """Whether an answer is None."""
    try:
        expect.none(answer)
    except AssertionError:
        return False
    return True


def works_on_device(student, rng, make):
    """Two updates on a model that lies on another device."""
    with student.on_device() as device:
        model = network(student, weights_of(rng, (4, 5, 3)), device)
        optimiser = make(model.parameters(), 0.1)
        images, _ = tensors(student, *batch_of(rng, 5, 4, 3))
        for _ in range(2):
            model(images.to(device)).sum().backward()
            optimiser.step()
            optimiser.zero_grad()
        lies_on(model, device)


# Formulas.


def log_softmax(values):
    """The logarithm of the softmax of each row."""
    shifted = values - values.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def cost(logits, labels):
    """The mean cross-entropy."""
    return -float(np.mean(log_softmax(logits)[np.arange(len(labels)), labels]))


def weights_of(rng, sizes):
    """Weights and biases of a network of these sizes."""
    return [part for n, k in pairwise(sizes) for part in (rng.normal(size=(k, n)), rng.normal(size=k))]


def batch_of(rng, m, n, k):
    """Samples and labels."""
    return rng.normal(size=(m, n)), rng.integers(k, size=m)


def run(X, place):
    """The hidden layer of tanh, and the logits."""
    W1, b1, W2, b2 = place
    hidden = np.tanh(X @ W1.T + b1)
    return hidden, hidden @ W2.T + b2


def step_of(X, labels, place, rate):
    """The loss before a step of descent, and where it leads."""
    hidden, logits = run(X, place)
    dZ = (np.exp(log_softmax(logits)) - np.eye(logits.shape[1])[labels]) / len(X)
    dH = dZ @ place[2] * (1 - hidden**2)
    slopes = [dH.T @ X, dH.sum(axis=0), dZ.T @ hidden, dZ.sum(axis=0)]
    return cost(logits, labels), [part - rate * slope for part, slope in zip(place, slopes, strict=True)]


def logits_of(model, pixels):
    """What a trained model answers, by our own forward pass with ReLU."""
    state = list(expect.mapping(model.state_dict()).values())
    shapes = [(128, 784), (128,), (10, 128), (10,)]
    expect.that(len(state) == len(shapes), "The model should have four parameters.", parameters=len(state))
    W1, b1, W2, b2 = (
        expect.tensor(value, shape=shape, dtype="float32").values for value, shape in zip(state, shapes, strict=True)
    )
    with np.errstate(all="ignore"):
        return np.maximum(pixels @ W1.T + b1, 0) @ W2.T + b2


def answers_of(model, pixels):
    """The class that a trained model gives to each image."""
    return logits_of(model, pixels).argmax(axis=1)


# The student's side.


def tensors(student, X, labels):
    """A batch on the CPU."""
    return student.tensor(X, dtype="float64"), student.tensor(labels.astype(np.int64), dtype="int64")


def network(student, place, device="cpu"):
    """PyTorch's own network with one hidden layer of tanh, in float64, with these weights, on this device."""
    nn = student.library("torch.nn")
    W1, _, W2, _ = place
    model = nn.Sequential(nn.Linear(*W1.shape[::-1]), nn.Tanh(), nn.Linear(*W2.shape[::-1])).double()
    state = {name: student.tensor(part, dtype="float64") for name, part in zip(NAMES, place, strict=True)}
    model.load_state_dict(state)
    return model.to(device)


def the_first(student, parameters):
    """Return the first eight parameters that a check's function was given, as a list that lives with the student."""
    return student.library("builtins").list(student.library("itertools").islice(parameters, 8))


def optimiser_that_looks(student, device):
    """A `make_optimiser` for `fit`, and the list in which it puts the parameters that it was given."""
    seen = []

    def make_optimiser(parameters):
        answers = the_first(student, parameters)
        seen.extend(expect.tensor(one, device=device) for one in expect.items(answers))
        return student.library("torch.optim").SGD(answers, 0.1)

    return make_optimiser, seen


def descent(student, model, rate):
    """PyTorch's own plain descent for a model."""
    return student.library("torch.optim").SGD(model.parameters(), rate)


def lies_at(model, place):
    """The network has these weights."""
    for part, due in zip(expect.mapping(model.state_dict(), NAMES).values(), place, strict=True):
        expect.tensor(part, due, dtype="float64", rtol=1e-8, atol=1e-10)


def lies_on(model, device):
    """All of the network is on this device."""
    for part in expect.mapping(model.state_dict(), NAMES).values():
        expect.tensor(part, device=device)


def loader_of(student, parts):
    """A list of batches on the CPU that lives with the student."""
    return student.keep([tensors(student, X, labels) for X, labels in parts])


def data_loader(student, X, labels, size):
    """A DataLoader of batches on the CPU."""
    tools = student.library("torch.utils.data")
    return tools.DataLoader(tools.TensorDataset(*tensors(student, X, labels)), size)


# Right functions that stand in for the student's own.


def use_step(student):
    """Let `train_step` be right."""
    functions = student.library("torch.nn.functional")

    def train_step(model, images, labels, optimiser, device):
        loss = functions.cross_entropy(model(images.to(device)), labels.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return expect.number(loss.item())

    student.pytorch_devices.train_step = train_step


def use_loop(student):
    """Let `train_epoch` and `evaluate` be right, for a loader that is a list of batches."""
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
