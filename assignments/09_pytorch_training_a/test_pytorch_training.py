"""Public checks of part A: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks on other numbers and sizes. Where one of your functions may call another, a check
puts a right one in its place, so that a mistake costs points in one task only.
"""

import numpy as np
import pytest

from autograder import expect

FLOAT32 = {"rtol": 1e-5, "atol": 1e-6}
PRECISE = {"dtype": "float64", "rtol": 1e-10, "atol": 1e-12}

LOGITS = np.array([[2.0, 1.0, 0.0], [-1.0, 0.0, 3.0]])
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)

# Ten samples of two numbers, three classes, and a network without hidden layers.
X = np.array([[1, 2], [0, 1], [-1, 1], [2, 0], [1, -1], [0, -2], [-2, 1], [1, 1], [3, 0], [-1, -1]], dtype=float)
LABELS = np.array([0, 1, 2, 0, 1, 2, 1, 0, 2, 1])
W = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]])
b = np.array([0.1, 0.0, -0.1])


@pytest.mark.task("1.1")
def test_softmax_of_rows(student):
    """The softmax of each row, or of a single one, has its exponentials over their sum."""
    expect.tensor(student.pytorch_training.softmax(student.tensor(LOGITS)), PROBABILITIES, **FLOAT32)
    one = student.tensor(LOGITS[1], dtype="float64")
    expect.tensor(student.pytorch_training.softmax(one), PROBABILITIES[1], **PRECISE)


@pytest.mark.task("1.1")
def test_softmax_at_temperatures(student):
    """A low temperature puts all on the largest, a high one spreads evenly; 0 and less is a ValueError."""
    logits = student.tensor(LOGITS)
    for temperature, due in [(0.01, [[1, 0, 0], [0, 0, 1]]), (1e6, np.full((2, 3), 1 / 3))]:
        expect.tensor(student.pytorch_training.softmax(logits, temperature), due, rtol=1e-4, atol=1e-5)
    halved = np.exp(LOGITS / 2) / np.exp(LOGITS / 2).sum(axis=1, keepdims=True)
    expect.tensor(student.pytorch_training.softmax(logits, temperature=2), halved, **FLOAT32)
    for temperature in (0, -1.0):
        with expect.raises("ValueError"):
            student.pytorch_training.softmax(logits, temperature)


@pytest.mark.task("1.1")
def test_softmax_of_large_logits(student):
    """Logits of ten thousand are no trouble."""
    for dtype in ("float32", "float64"):
        logits = student.tensor([[1e4, 9999.0, 0.0], [-1e4, -1e4, -1e4]], dtype=dtype)
        due = [[0.7311, 0.2689, 0], [1 / 3, 1 / 3, 1 / 3]]
        expect.tensor(student.pytorch_training.softmax(logits), due, dtype=dtype, rtol=1e-3, atol=1e-3)


@pytest.mark.task("1.2")
def test_log_softmax(student):
    """The logarithm of the softmax is finite where the softmax itself is too small for any number."""
    answer = student.pytorch_training.log_softmax(student.tensor(LOGITS))
    expect.tensor(answer, np.log(PROBABILITIES), **FLOAT32)
    far = student.pytorch_training.log_softmax(student.tensor([[0.0, 1e4, 0.0], [5.0, 5.0, 5.0]]))
    expect.tensor(far, [[-1e4, 0.0, -1e4], [-np.log(3)] * 3], rtol=1e-5, atol=1e-3)


@pytest.mark.task("1.3")
def test_cross_entropy_of_three_probabilities(student):
    """A label of probability 0.99, 0.5 and 0.01 costs 0.01, 0.69 and 4.6; a batch costs the mean."""
    use_log_softmax(student)
    p = np.array([0.99, 0.5, 0.01])
    rows = np.log(np.stack([1 - p, p], axis=1))
    for row, cost in zip(rows, [0.01005, 0.69315, 4.60517], strict=True):
        loss = student.pytorch_training.cross_entropy(student.tensor(row[np.newaxis]), labels_of(student, [1]))
        expect.tensor(loss, cost, rtol=1e-3)
    loss = student.pytorch_training.cross_entropy(student.tensor(rows), labels_of(student, [1, 1, 1]))
    expect.tensor(loss, np.mean([0.01005, 0.69315, 4.60517]), rtol=1e-3)


@pytest.mark.task("1.3")
def test_cross_entropy_of_large_logits(student):
    """A label whose logit is ten thousand below another one costs ten thousand."""
    use_log_softmax(student)
    loss = student.pytorch_training.cross_entropy(student.tensor([[0.0, 1e4], [5.0, 5.0]]), labels_of(student, [0, 1]))
    expect.tensor(loss, (1e4 + np.log(2)) / 2, **FLOAT32)


@pytest.mark.task("1.3")
def test_cross_entropy_has_a_gradient(student):
    """The gradient for the logits is softmax minus one-hot, over the number of samples."""
    use_log_softmax(student)
    logits = student.tensor(LOGITS, dtype="float64", requires_grad=True)
    student.pytorch_training.cross_entropy(logits, labels_of(student, [1, 0])).backward()
    expect.tensor(logits.grad, (PROBABILITIES - np.eye(3)[[1, 0]]) / 2, **PRECISE)


@pytest.mark.task("2.1")
def test_forward_of_the_example(student):
    """The network of the handout answers (1, 0.5) with (0.265, 0.425); hidden units below 0 are cut off, logits not."""
    W1, b1 = [[0.5, -0.3], [0.2, 0.8], [-0.4, 0.6]], [0.1, -0.1, 0.2]
    W2, b2 = [[0.7, -0.2, 0.5], [-0.3, 0.9, 0.1]], [0.0, 0.1]
    weights = [student.tensor(part) for part in (W1, b1, W2, b2)]
    answer = student.pytorch_training.forward_by_hand(student.tensor([[1.0, 0.5], [1.0, -1.0]]), *weights)
    hidden, logits = expect.items(answer, 2)
    expect.tensor(hidden, [[0.45, 0.5, 0.1], [0.9, 0.0, 0.0]], **FLOAT32)
    expect.tensor(logits, [[0.265, 0.425], [0.63, -0.17]], **FLOAT32)


@pytest.mark.task("2.2")
def test_classifier_has_its_parameters(student):
    """The classifier has W1, b1, W2 and b2, 101,770 numbers in all, and 32 hidden units where 32 are asked for."""
    for model, hidden in [
        (student.pytorch_training.DigitClassifier(), 128),
        (student.pytorch_training.DigitClassifier(32), 32),
    ]:
        state = list(expect.mapping(model.state_dict()).values())
        shapes = [(hidden, 784), (hidden,), (10, hidden), (10,)]
        expect.that(len(state) == len(shapes), "The model should have four parameters.", parameters=len(state))
        found = [expect.tensor(value, shape=shape, dtype="float32") for value, shape in zip(state, shapes, strict=True)]
        # Uniform up to 1/28, as nn.Linear draws them for 784 inputs.
        spread = 28 * 3**0.5 * float(np.std(found[0].values))
        expect.that(0.9 < spread < 1.1, "The initial weights should be those of PyTorch's own layers.", spread=spread)


@pytest.mark.task("2.2")
def test_classifier_takes_images_of_three_shapes(student):
    """The same images in three shapes, or one alone, have the same logits, which are no probabilities."""
    model = student.pytorch_training.DigitClassifier()
    W1, b1, W2, b2 = (
        expect.tensor(value).values.astype(float) for value in expect.mapping(model.state_dict()).values()
    )
    pixels = np.linspace(0, 1, 2 * 784).reshape(2, 784)
    due = np.maximum(pixels @ W1.T + b1, 0) @ W2.T + b2
    for m in (2, 1):
        for shape in [(m, 784), (m, 28, 28), (m, 1, 28, 28)]:
            logits = model(student.tensor(pixels[:m].reshape(shape)))
            expect.tensor(logits, due[:m], dtype="float32", rtol=1e-4, atol=1e-5)


@pytest.mark.task("3.1")
def test_dataset_has_pairs(student):
    """A pair is an image from 0 to 1 with one channel, and its label as int64; the data set knows how many it has."""
    images = np.zeros((3, 28, 28), dtype=np.uint8)
    images[:, 1, 2] = [255, 51, 0]
    pairs = student.pytorch_training.DigitsDataset(images, np.array([7, 1, 9], dtype=np.uint8))
    expect.that(len(pairs) == 3, "The length of the data set is wrong.")
    for index, (ink, label) in enumerate([(1.0, 7), (0.2, 1), (0.0, 9)]):
        image, answer = expect.items(pairs[index], 2)
        due = np.zeros((1, 28, 28))
        due[0, 1, 2] = ink
        expect.tensor(image, due, dtype="float32", **FLOAT32)
        expect.tensor(answer, label, dtype="int64")


@pytest.mark.task("3.1")
def test_dataset_of_unequal_lengths(student):
    """Three images and two labels are refused with a ValueError, and so are two images and three labels."""
    for images, labels in [(3, 2), (2, 3)]:
        with expect.raises("ValueError"):
            student.pytorch_training.DigitsDataset(np.zeros((images, 28, 28), np.uint8), np.zeros(labels, np.uint8))


@pytest.mark.task("3.2")
def test_loader_has_938_batches(student):
    """60,000 samples in batches of 64 make 938 batches: the last one is smaller and stays."""
    dataset = numbered(student, 60_000)
    expect.that(len(student.pytorch_training.make_loader(dataset, 64, False)) == 938, "The number of batches is wrong.")
    batches = batches_of(student, student.pytorch_training.make_loader(numbered(student, 7), 3, False))
    sizes = [len(batch) for batch, _ in batches]
    expect.that(sizes == [3, 3, 1], "The batches have the wrong sizes.", sizes=sizes)
    order = [int(number) for batch, _ in batches for number in batch]
    expect.that(order == list(range(7)), "Without shuffling, the order should stay.", order=order)


@pytest.mark.task("3.2")
def test_loader_shuffles_pairs(student):
    """A shuffled loader has every pair once, in an order that its generator decides, anew in each epoch."""
    loaders = [
        student.pytorch_training.make_loader(numbered(student, 50), 8, True, student.generator(seed))
        for seed in (1, 1, 2)
    ]
    epochs = [batches_of(student, loader) for loader in (loaders[0], loaders[0], loaders[1], loaders[2])]
    orders = [[int(number) for batch, _ in epoch for number in batch] for epoch in epochs]
    for epoch, order in zip(epochs, orders, strict=True):
        expect.that(sorted(order) == list(range(50)), "Each epoch should have every sample once.")
        labels = [int(label) for _, batch in epoch for label in batch]
        expect.that(labels == [2 * number for number in order], "The labels were torn from their samples.")
    expect.that(orders[0] != sorted(orders[0]), "The samples should be shuffled.")
    expect.that(orders[0] != orders[1], "Each epoch should have an order of its own.")
    expect.that(orders[0] == orders[2], "The same generator should give the same order.")
    expect.that(orders[0] != orders[3], "The generator should decide the order.")


@pytest.mark.task("3.3")
def test_mean_of_unequal_batches(student):
    """A batch of 2 counts half as much as one of 4."""
    expect.number(student.pytorch_training.overall_mean([3.0, 0.0], [4, 2]), 2.0)
    expect.number(student.pytorch_training.overall_mean([1.5], [7]), 1.5)


@pytest.mark.task("4.1", group="loop")
def test_a_step_says_the_loss_before_it(student):
    """A step returns the mean loss of its batch before the update, as a plain number."""
    model, optimiser = network_to_train(student)
    loss, _ = right_step(X, LABELS, W, b)
    expect.number(step(student, model, optimiser), loss, rtol=1e-10)


@pytest.mark.task("4.1", weight=2, group="loop")
def test_steps_move_the_parameters(student):
    """Three steps go where gradient descent goes: each with its own gradients, none of them left over."""
    model, optimiser = network_to_train(student)
    place = (W, b)
    for _ in range(3):
        step(student, model, optimiser)
        _, place = right_step(X, LABELS, *place)
    lies_at(model, place)


@pytest.mark.task("4.2", group="loop")
def test_an_epoch_goes_through_the_batches(student):
    """An epoch makes one update with each batch, in order, and returns the mean over all samples."""
    model, optimiser = network_to_train(student)
    use_right_parts(student)
    place, total = (W, b), 0.0
    for start in range(0, 10, 4):
        batch = slice(start, start + 4)
        loss, place = right_step(X[batch], LABELS[batch], *place)
        total += loss * len(X[batch])
    model.eval()
    expect.number(student.pytorch_training.train_epoch(model, batches(student, 4), optimiser), total / 10, rtol=1e-10)
    lies_at(model, place)
    expect.boolean(model.training, True)


@pytest.mark.task("4.3")
def test_evaluate_says_loss_and_accuracy(student):
    """The loss is the mean over all samples, the accuracy the share that is right, and nothing changes."""
    model = network(student)
    model.bias.grad = student.tensor([1.0, 2.0, 3.0], dtype="float64")
    use_right_parts(student)
    loss, accuracy = expect.items(student.pytorch_training.evaluate(model, batches(student, 4)), 2)
    expect.number(loss, right_step(X, LABELS, W, b)[0], rtol=1e-10)
    expect.number(accuracy, accuracy_at((W, b)), rtol=1e-6)
    lies_at(model, (W, b))
    expect.tensor(model.bias.grad, [1.0, 2.0, 3.0], **PRECISE)
    expect.none(model.weight.grad)


@pytest.mark.task("4.3")
def test_evaluate_keeps_the_mode(student):
    """Dropout is off while a model is evaluated, no graph is recorded, and the mode of before comes back."""
    nn, seen = student.library("torch.nn"), []
    model = network(student)
    with_dropout = nn.Sequential(nn.Dropout(0.9), model)

    def look(module, inputs, output):
        seen.append(expect.tensor(output, requires_grad=False))

    with_dropout.register_forward_hook(look)
    use_right_parts(student)
    for training in (True, False):
        with_dropout.train(training)
        loss, _ = expect.items(student.pytorch_training.evaluate(with_dropout, batches(student, 4)), 2)
        expect.number(loss, right_step(X, LABELS, W, b)[0], rtol=1e-10)
        expect.boolean(with_dropout.training, training)
    expect.that(len(seen) > 0, "The model was never asked.")


@pytest.mark.task("4.4", group="loop")
def test_fit_keeps_the_curves(student):
    """Each epoch trains, then evaluates, and its three numbers stand in the lists."""
    model, optimiser = network_to_train(student)
    use_right_loop(student)
    train, test = batches(student, 10), batches(student, 5)
    curves = expect.mapping(student.pytorch_training.fit(model, train, test, optimiser, 3), CURVES)
    trained, tested, shares = (expect.items(curves[name], 3) for name in CURVES)
    place = (W, b)
    for epoch in range(3):
        loss, place = right_step(X, LABELS, *place)
        expect.number(trained[epoch], loss, rtol=1e-6)
        expect.number(tested[epoch], right_step(X, LABELS, *place)[0], rtol=1e-6)
        expect.number(shares[epoch], accuracy_at(place), rtol=1e-6)
    lies_at(model, place)
    for numbers in expect.mapping(student.pytorch_training.fit(model, train, test, optimiser, 0), CURVES).values():
        expect.items(numbers, 0)


@pytest.mark.task("4.5")
def test_gradient_summary(student):
    """Each parameter has the length of its gradient under its name, and 0 without one."""
    model = student.library("torch.nn").Linear(2, 2)
    model.weight.grad = student.tensor([[3.0, 0.0], [0.0, -4.0]])
    norms = expect.mapping(student.pytorch_training.gradient_summary(model), ["weight", "bias"])
    expect.number(norms["weight"], 5.0, rtol=1e-6)
    expect.number(norms["bias"], 0.0)


@pytest.mark.task("4.6")
def test_worst_mistakes(student):
    """The surest mistakes come first; what is right is left out, and so are mistakes beyond the count."""
    use_softmax(student)
    p = np.array([[0.9, 0.05, 0.05], [0.1, 0.7, 0.2], [0.3, 0.3, 0.4], [0.05, 0.15, 0.8], [0.6, 0.2, 0.2]])
    shifts = np.array([[0.0], [-2.0], [5.0], [-4.0], [1.0]])  # which change no probability
    logits, labels = student.tensor(np.log(p) + shifts), labels_of(student, [0, 2, 1, 0, 1])
    for count, places in [(10, [3, 1, 4, 2]), (2, [3, 1])]:
        answer = student.pytorch_training.worst_mistakes(logits, labels, count)
        indices, predicted, probabilities = expect.items(answer, 3)
        expect.tensor(indices, places, dtype="integer")
        expect.tensor(predicted, p[places].argmax(axis=1), dtype="integer")
        expect.tensor(probabilities, p[places].max(axis=1), **FLOAT32)


CURVES = ["train_loss", "test_loss", "test_accuracy"]


def labels_of(student, labels):
    """Labels as an int64 tensor."""
    return student.tensor(np.asarray(labels, dtype=np.int64), dtype="int64")


def numbered(student, m):
    """A data set whose sample i is the number i with the label 2·i."""
    numbers = np.arange(m)
    return student.library("torch.utils.data").TensorDataset(
        student.tensor(numbers, dtype="int64"), student.tensor(2 * numbers, dtype="int64")
    )


def batches_of(student, loader):
    """What a loader yields in an epoch: for each batch its samples and its labels."""
    epoch = expect.items(student.library("builtins").list(loader))
    pairs = [expect.items(batch, 2) for batch in epoch]
    return [tuple(expect.tensor(part, shape=(None,)).values for part in pair) for pair in pairs]


def network(student):
    """A linear layer with the weights W and b in float64."""
    model = student.library("torch.nn").Linear(2, 3).double()
    model.load_state_dict({"weight": student.tensor(W, dtype="float64"), "bias": student.tensor(b, dtype="float64")})
    return model


def network_to_train(student):
    """A linear layer, and plain descent for it, with the rate 0.5."""
    model = network(student)
    return model, student.library("torch.optim").SGD(model.parameters(), 0.5)


def batches(student, size):
    """The ten samples in batches, as a list that lives with the student."""
    return student.keep(
        [
            (student.tensor(X[start : start + size], dtype="float64"), labels_of(student, LABELS[start : start + size]))
            for start in range(0, 10, size)
        ]
    )


def right_step(X, labels, W, b, rate=0.5):
    """The loss of a linear layer, and where a step of descent leads it."""
    exponentials = np.exp(X @ W.T + b)
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(X)), labels]))
    dZ = (p - np.eye(3)[labels]) / len(X)
    return loss, (W - rate * dZ.T @ X, b - rate * dZ.sum(axis=0))


def accuracy_at(place):
    """The share of the samples whose label has the largest logit."""
    weights, biases = place
    return float(np.mean(np.argmax(X @ weights.T + biases, axis=1) == LABELS))


def step(student, model, optimiser):
    """Make a step with all ten samples."""
    student.pytorch_training.cross_entropy = student.library("torch.nn.functional").cross_entropy
    images, labels = student.tensor(X, dtype="float64"), labels_of(student, LABELS)
    return student.pytorch_training.train_step(model, images, labels, optimiser)


def lies_at(model, place):
    """The model's parameters are these."""
    state = expect.mapping(model.state_dict(), ["weight", "bias"])
    for name, due in zip(("weight", "bias"), place, strict=True):
        expect.tensor(state[name], due, **PRECISE)


def use_log_softmax(student):
    """Put PyTorch's own `log_softmax` in the place of the student's."""
    functions = student.library("torch.nn.functional")
    student.pytorch_training.log_softmax = student.library("functools").partial(functions.log_softmax, dim=-1)


def use_softmax(student):
    """Put PyTorch's own `softmax` in the place of the student's."""
    functions = student.library("torch.nn.functional")
    student.pytorch_training.softmax = student.library("functools").partial(functions.softmax, dim=-1)


def use_right_parts(student):
    """Put right functions in the place of those that an epoch and an evaluation may call."""
    functions = student.library("torch.nn.functional")

    def overall_mean(means, sizes):
        values = expect.numbers(means, shape=(None,))
        weights = expect.numbers(sizes, shape=values.shape)
        expect.that(bool(np.all(weights > 0)) and values.size > 0, "overall_mean was called with an empty batch.")
        return float(values @ weights / weights.sum())

    def train_step(model, images, labels, optimiser):
        loss = functions.cross_entropy(model(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return expect.number(loss.item())

    student.pytorch_training.cross_entropy = functions.cross_entropy
    student.pytorch_training.overall_mean = overall_mean
    student.pytorch_training.train_step = train_step


def use_right_loop(student):
    """Put right functions in the place of `train_epoch` and `evaluate`, for a loader that is a list of batches."""
    functions, torch = student.library("torch.nn.functional"), student.library("torch")

    def train_epoch(model, loader, optimiser):
        total, count = 0.0, 0
        for images, labels in (expect.items(pair, 2) for pair in expect.items(loader)):
            loss = functions.cross_entropy(model(images), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            (size,) = expect.tensor(labels, shape=(None,)).shape
            total, count = total + size * expect.number(loss.item()), count + size
        expect.that(count > 0, "train_epoch was called with an empty loader.")
        return total / count

    def evaluate(model, loader):
        pairs = [expect.items(pair, 2) for pair in expect.items(loader)]
        images, labels = (torch.cat([pair[place] for pair in pairs]) for place in (0, 1))
        logits = model(images)
        share = logits.argmax(1).eq(labels).double().mean()
        return expect.number(functions.cross_entropy(logits, labels).item()), expect.number(share.item())

    student.pytorch_training.train_epoch, student.pytorch_training.evaluate = train_epoch, evaluate
