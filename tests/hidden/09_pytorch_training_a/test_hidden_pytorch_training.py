"""Hidden checks of part A: inputs drawn for each submission, of unequal sizes, square ones, and single samples.

Nothing here imports PyTorch. Expected values come from formulas in NumPy; models and optimisers are PyTorch's own,
made in the student process.
"""

from itertools import pairwise

import numpy as np
import pytest

from autograder import expect

# float32 keeps about 7 digits, and sums of hundreds of terms lose one or two of them.
FLOAT32 = {"rtol": 1e-4, "atol": 1e-5}
# A float32 of 10,000 is good to 0.0005, and so is a logarithm that was computed from it; a float64 to 1e-12.
FAR = {"float32": {"rtol": 1e-3, "atol": 2e-3}, "float64": {"rtol": 1e-10, "atol": 1e-9}}
PRECISE = {"dtype": "float64", "rtol": 1e-10, "atol": 1e-12}
CURVES = ["train_loss", "test_loss", "test_accuracy"]


@pytest.mark.task("1.1")
def test_softmax_of_any_shape(student, rng):
    """Softmax goes along the last axis, whatever the shape, at any temperature, and keeps dtype and argument."""
    for shape, temperature in [((3, 5), 1.7), ((4, 4), 1), ((4, 4), 0.3), ((1, 3), 2), ((2, 3, 4), 0.6), ((6,), 1.0)]:
        values = rng.normal(size=shape) * 3
        values.flat[0] = 0.0
        for dtype, close in [("float64", PRECISE), ("float32", FLOAT32)]:
            logits = student.tensor(values, dtype=dtype)
            answer = student.pytorch_training.softmax(logits, temperature)
            expect.tensor(answer, softmax(values / temperature), **{**close, "dtype": dtype})
            expect.tensor(logits, values, **{**close, "dtype": dtype})


@pytest.mark.task("1.1")
def test_softmax_at_the_ends(student, rng):
    """Large logits of both signs, dot products of 768 numbers and very small temperatures give finite probabilities."""
    far = rng.permutation([1e4, 9990.0, -1e4, 0.0])
    expect.tensor(student.pytorch_training.softmax(student.tensor(far)), softmax(far), **FAR["float32"])
    products = rng.normal(size=(5, 768)) @ rng.normal(size=768)
    for values in (products, products / np.sqrt(768)):
        expect.tensor(
            student.pytorch_training.softmax(student.tensor(values, dtype="float64")), softmax(values), **PRECISE
        )
    values = rng.permutation([3.0, 1.0, -2.0, 0.5])
    one_hot = (values == 3.0).astype(float)
    expect.tensor(student.pytorch_training.softmax(student.tensor(values), 1e-3), one_hot, **FLOAT32)
    expect.tensor(student.pytorch_training.softmax(student.tensor(far), 0.01), (far == 1e4).astype(float), **FLOAT32)
    for temperature in (0.0, 0, -float(rng.uniform(0.1, 2))):
        with expect.raises("ValueError"):
            student.pytorch_training.softmax(student.tensor(values), temperature)


@pytest.mark.task("1.1")
def test_softmax_has_a_gradient(student, rng):
    """Gradients flow back to the logits through softmax, divided by the temperature."""
    values, weights, temperature = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 1.6
    logits = student.tensor(values, dtype="float64", requires_grad=True)
    answer = student.pytorch_training.softmax(logits, temperature)
    answer.mul(student.tensor(weights, dtype="float64")).sum().backward()
    p = softmax(values / temperature)
    expect.tensor(logits.grad, p * (weights - (p * weights).sum(axis=1, keepdims=True)) / temperature, **PRECISE)


@pytest.mark.task("1.2")
def test_log_softmax_of_any_shape(student, rng):
    """The logarithm of softmax goes along the last axis, is finite for large logits, and has a gradient."""
    for shape, scale in [((3, 5), 2.0), ((4, 4), 1e4), ((4, 4), 1.0), ((1, 3), 100.0), ((2, 3, 4), 1.0), ((5,), 30.0)]:
        values, weights = rng.uniform(-scale, scale, size=shape), rng.normal(size=shape)
        values.flat[0] = 0.0
        logits = student.tensor(values, dtype="float64", requires_grad=True)
        answer = student.pytorch_training.log_softmax(logits)
        expect.tensor(answer, log_softmax(values), dtype="float64", **FAR["float64"])
        answer.mul(student.tensor(weights, dtype="float64")).sum().backward()
        expect.tensor(logits.grad, weights - softmax(values) * weights.sum(axis=-1, keepdims=True), **FAR["float64"])
        expect.tensor(logits.detach(), values, **PRECISE)
    values = rng.uniform(-1e4, 1e4, size=(2, 6))
    answer = student.pytorch_training.log_softmax(student.tensor(values))
    expect.tensor(answer, log_softmax(values), dtype="float32", **FAR["float32"])


@pytest.mark.task("1.3", weight=2)
def test_cross_entropy_of_any_batch(student, rng):
    """The loss is the mean cost of the labels, for any number of samples and classes, near 0 and far out."""
    use_softmax(student)
    for m, k, scale in [(5, 3, 2.0), (1, 4, 2.0), (4, 4, 1.0), (4, 4, 1e4), (7, 10, 50.0), (3, 2, 0.0)]:
        values, labels = scale * rng.uniform(-1, 1, size=(m, k)), rng.integers(k, size=m)
        labels[0] = 0
        for dtype, close in [("float64", PRECISE), ("float32", FLOAT32)]:
            logits, targets = student.tensor(values, dtype=dtype), whole(student, labels)
            loss = student.pytorch_training.cross_entropy(logits, targets)
            expect.tensor(loss, cost(values, labels), **{**close, "dtype": dtype})
            expect.tensor(logits, values, **{**close, "dtype": dtype})
            expect.tensor(targets, labels, dtype="int64")


@pytest.mark.task("1.3")
def test_cross_entropy_has_the_right_gradient(student, rng):
    """Gradients flow back to the logits: softmax minus one-hot, over the number of samples."""
    use_softmax(student)
    for m, k, scale in [(6, 3, 2.0), (3, 3, 1e4)]:
        values, labels = scale * rng.uniform(-1, 1, size=(m, k)), rng.integers(k, size=m)
        logits = student.tensor(values, dtype="float64", requires_grad=True)
        student.pytorch_training.cross_entropy(logits, whole(student, labels)).backward()
        expect.tensor(logits.grad, (softmax(values) - np.eye(k)[labels]) / m, **PRECISE)


@pytest.mark.task("2.1")
def test_forward_of_any_size(student, rng):
    """A network of any size answers any batch, keeps the dtype, and leaves its arguments alone."""
    for m, n, h, k in [(5, 3, 4, 2), (1, 6, 2, 3), (3, 3, 3, 3), (3, 3, 3, 3), (2, 1, 1, 1)]:
        X, W1, b1, W2, b2 = (rng.normal(size=shape) for shape in [(m, n), (h, n), h, (k, h), k])
        X[0, 0] = 0.0
        tensors = [student.tensor(part, dtype="float64") for part in (X, W1, b1, W2, b2)]
        hidden, logits = expect.items(student.pytorch_training.forward_by_hand(*tensors), 2)
        due = np.maximum(X @ W1.T + b1, 0)
        expect.tensor(hidden, due, **PRECISE)
        expect.tensor(logits, due @ W2.T + b2, **PRECISE)
        for tensor, values in zip(tensors, (X, W1, b1, W2, b2), strict=True):
            expect.tensor(tensor, values, **PRECISE)


@pytest.mark.task("2.2", weight=2)
def test_classifier_answers_with_logits(student, rng):
    """With given weights, the logits are those of the formula, for any number of images in any of three shapes."""
    for hidden, m in [(128, 3), (7, 28), (1, 1), (128, 1)]:
        model = student.pytorch_training.DigitClassifier(hidden)
        weights = classifier_weights(rng, hidden)
        names = list(expect.mapping(model.state_dict()))
        expect.that(len(names) == 4, "The model should have four parameters.", parameters=len(names))
        parts = {name: student.tensor(part) for name, part in zip(names, weights, strict=True)}
        model.load_state_dict(parts)
        pixels = rng.uniform(size=(m, 784)) * (rng.uniform(size=(m, 784)) > 0.5)
        W1, b1, W2, b2 = weights
        due = np.maximum(pixels @ W1.T + b1, 0) @ W2.T + b2
        for shape in [(m, 1, 28, 28), (m, 28, 28), (m, 784)]:
            images = student.tensor(pixels.reshape(shape))
            expect.tensor(model(images), due, dtype="float32", requires_grad=True, rtol=1e-4, atol=1e-4)
            expect.tensor(images, pixels.reshape(shape), **FLOAT32)


@pytest.mark.task("2.2")
def test_classifier_begins_as_pytorch_does(student, rng):
    """Initial weights are PyTorch's own, others in each model, and the loss of an untrained one is about ln 10."""
    firsts = []
    for hidden in (128, 128, 64):
        model = student.pytorch_training.DigitClassifier(hidden)
        state = list(expect.mapping(model.state_dict()).values())
        shapes = [(hidden, 784), (hidden,), (10, hidden), (10,)]
        expect.that(len(state) == 4, "The model should have four parameters.", parameters=len(state))
        found = [expect.tensor(part, shape=shape, dtype="float32") for part, shape in zip(state, shapes, strict=True)]
        # Uniform up to 1/28: 50,000 numbers and more have this deviation to within half a per cent.
        spread = 28 * 3**0.5 * float(np.std(found[0].values))
        expect.that(0.9 < spread < 1.1, "The initial weights should be those of PyTorch's own layers.", spread=spread)
        firsts.append(found[0].values)
        images, labels = rng.uniform(size=(200, 784)), rng.integers(10, size=200)
        functions = student.library("torch.nn.functional")
        loss = expect.number(functions.cross_entropy(model(student.tensor(images)), whole(student, labels)).item())
        expect.that(2.0 < loss < 2.7, "An untrained model should have a loss of about ln 10.", loss=loss)
    expect.that(not np.array_equal(firsts[0], firsts[1]), "Two new models should have weights of their own.")


@pytest.mark.task("2.2")
def test_gradients_reach_the_classifier(student, rng):
    """Gradients reach all four parameters."""
    model = student.pytorch_training.DigitClassifier(hidden=16)
    model(student.tensor(rng.uniform(size=(9, 28, 28)))).pow(2).sum().backward()
    parameters = expect.items(student.library("builtins").list(model.parameters()), 4)
    for parameter in parameters:
        gradient = expect.tensor(parameter.grad)
        expect.that(bool(np.any(gradient.values != 0)), "A parameter's gradient is zero.")


@pytest.mark.task("3.1", weight=2)
def test_dataset_of_any_images(student, rng):
    """Each pair has its own image, from 0 to 1, and its own label; images and labels stay as they were."""
    for m in (5, 1, 28, 300):
        images = rng.integers(256, size=(m, 28, 28), dtype=np.uint8)
        images[0, 0, 0], images[0, 27, 27] = 0, 255
        labels = rng.integers(10, size=m).astype(np.uint8)
        kept_images, kept_labels = student.keep(images), student.keep(labels)
        pairs = student.pytorch_training.DigitsDataset(kept_images, kept_labels)
        expect.that(len(pairs) == m, "The length of the data set is wrong.")
        for index in {0, m // 2, m - 1}:
            image, label = expect.items(pairs[index], 2)
            expect.tensor(image, images[index][np.newaxis] / 255, dtype="float32", **FLOAT32)
            expect.tensor(label, labels[index], dtype="int64")
        expect.array(kept_images, images, dtype="uint8")
        expect.array(kept_labels, labels, dtype="uint8")


@pytest.mark.task("3.1")
def test_dataset_refuses_what_does_not_fit(student, rng):
    """More labels than images are refused, and fewer, also where one is left over."""
    m = int(rng.integers(3, 9))
    for images, labels in [(m, m + 1), (m, m - 1), (1, 2)]:
        with expect.raises("ValueError"):
            student.pytorch_training.DigitsDataset(np.zeros((images, 28, 28), np.uint8), np.zeros(labels, np.uint8))


@pytest.mark.task("3.2")
def test_loader_of_any_sizes(student, rng):
    """Batches are as large as was asked for, but the last one; the order stays where nothing is shuffled."""
    for m, size in [(10, 5), (11, 5), (3, 8), (4, 1)]:
        values, labels = rng.normal(size=(m, 2)), rng.integers(10, size=m)
        loader = student.pytorch_training.make_loader(pairs_of(student, values, labels), size, False)
        for _ in range(2):
            found = batches_of(student, loader)
            sizes = [len(batch) for batch, _ in found]
            due = [min(size, m - start) for start in range(0, m, size)]
            expect.that(sizes == due, "The batches have the wrong sizes.", sizes=sizes)
            expect.that(np.allclose(np.concatenate([x for x, _ in found]), values), "The order should stay.")
            expect.that(np.array_equal(np.concatenate([y for _, y in found]), labels), "The labels are wrong.")


@pytest.mark.task("3.2")
def test_loader_shuffles_anew(student, rng):
    """Shuffled batches have every pair once, in another order each time; also without a generator."""
    m, labels = 60, rng.permutation(60)
    data = pairs_of(student, np.arange(m)[:, np.newaxis], labels)
    for generator in (student.generator(int(rng.integers(1000))), None):
        loader = student.pytorch_training.make_loader(data, 16, True, generator)
        orders = []
        for _ in range(2):
            found = batches_of(student, loader)
            expect.that([len(batch) for batch, _ in found] == [16, 16, 16, 12], "The batches have the wrong sizes.")
            orders.append(np.concatenate([batch[:, 0] for batch, _ in found]).astype(int))
            torn = not np.array_equal(np.concatenate([batch for _, batch in found]), labels[orders[-1]])
            expect.that(not torn, "The labels were torn from their samples.")
            every = np.array_equal(np.sort(orders[-1]), np.arange(m))
            expect.that(every, "Each epoch should have every sample once.")
            # Of 60 shuffled neighbours two or more follow each other by chance once in many, twenty never.
            expect.that(int(np.sum(np.diff(orders[-1]) == 1)) < 20, "The samples should be shuffled one by one.")
        expect.that(not np.array_equal(*orders), "Each epoch should have an order of its own.")


@pytest.mark.task("3.3")
def test_mean_of_any_batches(student, rng):
    """Each batch counts as much as it has samples."""
    for count in (1, 4, 4, 9):
        means, sizes = rng.normal(size=count), rng.integers(1, 50, size=count)
        means[0] = 0.0
        answer = student.pytorch_training.overall_mean(means.tolist(), sizes.tolist())
        expect.number(answer, float(means @ sizes / sizes.sum()), rtol=1e-10, atol=1e-12)
    expect.number(student.pytorch_training.overall_mean([2, -1, 5], [1, 1, 1]), 2.0)


@pytest.mark.task("4.1", weight=2, group="loop")
def test_twenty_steps(student, rng):
    """Over twenty steps with changing batches, losses and parameters are those of gradient descent."""
    use_cross_entropy(student)
    place, rate = weights_of(rng, (4, 6, 3)), 0.3
    model = network(student, place)
    optimiser = student.library("torch.optim").SGD(model.parameters(), rate)
    for turn in range(20):
        X, labels = batch_of(rng, (5, 1, 3)[turn % 3], 4, 3)
        images, targets = student.tensor(X, dtype="float64"), whole(student, labels)
        loss = student.pytorch_training.train_step(model, images, targets, optimiser)
        due, place = step_of(X, labels, place, rate)
        expect.number(loss, due, rtol=1e-9)
        if turn == 0:
            expect.tensor(images, X, **PRECISE)
            expect.tensor(targets, labels, dtype="int64")
    lies_at(student, model, place)


@pytest.mark.task("4.1", group="loop")
def test_steps_by_another_optimiser(student, rng):
    """The optimiser that is passed in makes the update: one with momentum, for the last layer alone."""
    use_cross_entropy(student)
    place, rate = weights_of(rng, (3, 4, 3)), 0.2
    model = network(student, place)
    last = [model[2].weight, model[2].bias]
    optimiser = student.library("torch.optim").SGD(student.keep(last), rate, 0.9)
    X, labels = batch_of(rng, 6, 3, 3)
    images, targets = student.tensor(X, dtype="float64"), whole(student, labels)
    velocities = [np.zeros_like(part) for part in place]
    for _ in range(4):
        loss = student.pytorch_training.train_step(model, images, targets, optimiser)
        due, slopes = gradients_of(X, labels, place)
        expect.number(loss, due, rtol=1e-9)
        velocities = [0.9 * v + g for v, g in zip(velocities, slopes, strict=True)]
        place = [*place[:2], *(w - rate * v for w, v in zip(place[2:], velocities[2:], strict=True))]
    lies_at(student, model, place)


@pytest.mark.task("4.2", group="loop")
def test_epochs_of_any_batches(student, rng):
    """Two epochs go through all batches in their order, in training mode, and say the mean over all samples."""
    use_parts(student)
    place, rate, modes = weights_of(rng, (4, 5, 3)), 0.3, []
    model = network(student, place)
    model.register_forward_hook(lambda module, inputs, output: modes.append(expect.boolean(module.training)))
    optimiser = student.library("torch.optim").SGD(model.parameters(), rate)
    parts = [batch_of(rng, size, 4, 3) for size in (4, 1, 3)]
    loader = loader_of(student, parts)
    for _ in range(2):
        model.eval()
        total = 0.0
        for X, labels in parts:
            loss, place = step_of(X, labels, place, rate)
            total += loss * len(X)
        expect.number(student.pytorch_training.train_epoch(model, loader, optimiser), total / 8, rtol=1e-9)
        expect.boolean(model.training, True)
    lies_at(student, model, place)
    expect.that(len(modes) > 0 and all(modes), "The model should be in training mode while it learns.")


@pytest.mark.task("4.2", group="loop")
def test_an_epoch_from_a_data_loader(student, rng):
    """An epoch takes its batches from a DataLoader just as well."""
    use_parts(student)
    place, rate = weights_of(rng, (4, 5, 3)), 0.1
    model = network(student, place)
    optimiser = student.library("torch.optim").SGD(model.parameters(), rate)
    X, labels = batch_of(rng, 7, 4, 3)
    loader = student.library("torch.utils.data").DataLoader(pairs_of(student, X, labels), 3)
    total = 0.0
    for part in (slice(0, 3), slice(3, 6), slice(6, 7)):
        loss, place = step_of(X[part], labels[part], place, rate)
        total += loss * len(X[part])
    expect.number(student.pytorch_training.train_epoch(model, loader, optimiser), total / 7, rtol=1e-9)
    lies_at(student, model, place)


@pytest.mark.task("4.3", weight=2)
def test_evaluate_any_batches(student, rng):
    """Loss and accuracy are those over all samples, and neither parameters, gradients nor the mode change."""
    use_parts(student)
    nn, graphs = student.library("torch.nn"), []
    for training, sizes in [(True, (5, 1, 3)), (False, (4, 4, 1)), (True, (1,))]:
        place = weights_of(rng, (4, 6, 3))
        inner = network(student, place)
        model = nn.Sequential(nn.Dropout(0.8), inner)
        model.train(training)
        inner[0].weight.grad = student.tensor(np.ones((6, 4)), dtype="float64")
        model.register_forward_hook(lambda module, inputs, output: graphs.append(expect.tensor(output).requires_grad))
        parts = [batch_of(rng, size, 4, 3) for size in sizes]
        loss, accuracy = expect.items(student.pytorch_training.evaluate(model, loader_of(student, parts)), 2)
        X, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
        logits = run(X, place)[1]
        expect.number(loss, cost(logits, labels), rtol=1e-6)
        expect.number(accuracy, float(np.mean(logits.argmax(axis=1) == labels)), rtol=1e-6)
        expect.boolean(model.training, training)
        expect.boolean(inner.training, training)
        lies_at(student, inner, place)
        expect.tensor(inner[0].weight.grad, np.ones((6, 4)), **PRECISE)
        expect.none(inner[2].weight.grad)
    expect.that(len(graphs) > 0 and not any(graphs), "A graph was recorded while the model was evaluated.")


@pytest.mark.task("4.3")
def test_evaluate_leaves_the_statistics_alone(student, rng):
    """Layers that learn from each batch, such as batch normalisation, learn nothing while a model is evaluated."""
    use_parts(student)
    nn = student.library("torch.nn")
    norm = nn.BatchNorm1d(3).double()
    model = nn.Sequential(norm)
    X, labels = batch_of(rng, 6, 3, 3)
    loader = student.library("torch.utils.data").DataLoader(pairs_of(student, X, labels), 4)
    loss, _ = expect.items(student.pytorch_training.evaluate(model, loader), 2)
    expect.number(loss, cost(X / np.sqrt(1 + 1e-5), labels), rtol=1e-6)
    expect.tensor(norm.running_mean, np.zeros(3), dtype="float64")


@pytest.mark.task("4.4", group="loop")
def test_fit_any_epochs(student, rng):
    """Each epoch trains on the one loader and is then evaluated on the other; no epoch gives no number."""
    use_loop(student)
    for epochs in (3, 1, 0):
        place, rate = weights_of(rng, (4, 5, 3)), 0.4
        model = network(student, place)
        optimiser = student.library("torch.optim").SGD(model.parameters(), rate)
        train, test = [batch_of(rng, size, 4, 3) for size in (4, 2)], [batch_of(rng, size, 4, 3) for size in (3, 1)]
        loaders = loader_of(student, train), loader_of(student, test)
        curves = expect.mapping(student.pytorch_training.fit(model, *loaders, optimiser, epochs), CURVES)
        trained, tested, shares = (expect.items(curves[name], epochs) for name in CURVES)
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
        lies_at(student, model, place)


@pytest.mark.task("4.5")
def test_gradient_summary_of_any_model(student, rng):
    """Every parameter has the length of its own gradient; gradients stay as they are."""
    place = weights_of(rng, (4, 5, 3))
    model = network(student, place)
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    norms = expect.mapping(student.pytorch_training.gradient_summary(model))
    expect.that(set(norms) == set(names), "The names should be those of named_parameters().", names=list(norms))
    for name in names:
        expect.number(norms[name], 0.0)
    gradients = [
        rng.normal(size=part.shape) * 10.0**exponent for part, exponent in zip(place, (0, -5, 3, 1), strict=True)
    ]
    parameters = [model[0].weight, model[0].bias, model[2].weight, model[2].bias]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = student.tensor(gradient, dtype="float64")
    norms = expect.mapping(student.pytorch_training.gradient_summary(model), names)
    for name, gradient in zip(names, gradients, strict=True):
        expect.number(norms[name], float(np.sqrt(np.sum(gradient**2))), rtol=1e-6)
    expect.tensor(parameters[0].grad, gradients[0], **PRECISE)


@pytest.mark.task("4.6")
def test_worst_mistakes_of_any_logits(student, rng):
    """The surest mistakes come first, ten of them if nothing else is said, fewer where there are fewer."""
    use_softmax(student)
    for m, k, count in [(40, 10, None), (40, 10, 3), (6, 3, 10), (3, 3, 1), (1, 4, 2)]:
        values = rng.normal(size=(m, k)) * 3
        labels = rng.integers(k, size=m)
        labels[: m // 2] = (values.argmax(axis=1)[: m // 2] + 1) % k
        logits, targets = student.tensor(values, dtype="float64"), whole(student, labels)
        arguments = () if count is None else (count,)
        answer = student.pytorch_training.worst_mistakes(logits, targets, *arguments)
        p = softmax(values)
        wrong = np.flatnonzero(p.argmax(axis=1) != labels)
        places = wrong[np.argsort(-p.max(axis=1)[wrong], kind="stable")][: count or 10]
        judge_mistakes(answer, places, p)
        expect.tensor(logits, values, **PRECISE)
        expect.tensor(targets, labels, dtype="int64")


@pytest.mark.task("4.6")
def test_no_mistakes(student, rng):
    """Where all is right, all three tensors are empty."""
    use_softmax(student)
    values = rng.normal(size=(5, 4))
    answer = student.pytorch_training.worst_mistakes(student.tensor(values), whole(student, values.argmax(axis=1)), 3)
    for part in expect.items(answer, 3):
        expect.tensor(part, shape=(0,))


def judge_mistakes(answer, places, p):
    """The numbers of the samples, what they were taken for, and how surely."""
    indices, predicted, probabilities = expect.items(answer, 3)
    expect.tensor(indices, places, dtype="integer")
    expect.tensor(predicted, p[places].argmax(axis=1), dtype="integer")
    expect.tensor(probabilities, p[places].max(axis=1), rtol=1e-6, atol=1e-9)


# Formulas.


def softmax(values):
    """The softmax along the last axis."""
    exponentials = np.exp(values - values.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def log_softmax(values):
    """Its logarithm."""
    shifted = values - values.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def cost(logits, labels):
    """The mean cross-entropy."""
    return -float(np.mean(log_softmax(logits)[np.arange(len(labels)), labels]))


def classifier_weights(rng, hidden):
    """Weights and biases for a classifier of digits."""
    shapes = [(hidden, 784), (hidden,), (10, hidden), (10,)]
    return [rng.normal(size=shape) / np.sqrt(shape[-1]) for shape in shapes]


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


def gradients_of(X, labels, place):
    """The loss of a network, and its gradients by the chain rule."""
    hidden, logits = run(X, place)
    dZ = (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(X)
    dH = dZ @ place[2] * (1 - hidden**2)
    return cost(logits, labels), [dH.T @ X, dH.sum(axis=0), dZ.T @ hidden, dZ.sum(axis=0)]


def step_of(X, labels, place, rate):
    """The loss before a step, and where it leads."""
    loss, slopes = gradients_of(X, labels, place)
    return loss, [part - rate * slope for part, slope in zip(place, slopes, strict=True)]


# The student's side.


def whole(student, labels):
    """Labels as an int64 tensor."""
    return student.tensor(np.asarray(labels, dtype=np.int64), dtype="int64")


def network(student, place):
    """PyTorch's own network with one hidden layer of tanh, in float64, with these weights."""
    nn = student.library("torch.nn")
    W1, _, W2, _ = place
    model = nn.Sequential(nn.Linear(*W1.shape[::-1]), nn.Tanh(), nn.Linear(*W2.shape[::-1])).double()
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    model.load_state_dict(
        {name: student.tensor(part, dtype="float64") for name, part in zip(names, place, strict=True)}
    )
    return model


def lies_at(student, model, place):
    """The network has these weights."""
    state = list(expect.mapping(model.state_dict(), ["0.weight", "0.bias", "2.weight", "2.bias"]).values())
    for part, due in zip(state, place, strict=True):
        expect.tensor(part, due, dtype="float64", rtol=1e-8, atol=1e-10)


def pairs_of(student, values, labels):
    """PyTorch's own data set of these pairs."""
    return student.library("torch.utils.data").TensorDataset(
        student.tensor(values, dtype="float64"), whole(student, labels)
    )


def loader_of(student, parts):
    """A list of batches that lives with the student."""
    return student.keep([(student.tensor(X, dtype="float64"), whole(student, labels)) for X, labels in parts])


def batches_of(student, loader):
    """What a loader yields in an epoch: for each batch its samples and its labels."""
    pairs = [expect.items(batch, 2) for batch in expect.items(student.library("builtins").list(loader))]
    return [
        (expect.tensor(samples, shape=(None, None)).values, expect.tensor(labels, shape=(None,)).values)
        for samples, labels in pairs
    ]


# Right functions that stand in for the student's own.


def use_softmax(student):
    """Let `softmax` and `log_softmax` be right."""
    functions, partial = student.library("torch.nn.functional"), student.library("functools").partial
    student.pytorch_training.softmax = partial(functions.softmax, dim=-1)
    student.pytorch_training.log_softmax = partial(functions.log_softmax, dim=-1)


def use_cross_entropy(student):
    """Let `cross_entropy` be right."""
    student.pytorch_training.cross_entropy = student.library("torch.nn.functional").cross_entropy


def use_parts(student):
    """Let everything that an epoch or an evaluation may call be right."""
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

    use_cross_entropy(student)
    student.pytorch_training.overall_mean = overall_mean
    student.pytorch_training.train_step = train_step


def use_loop(student):
    """Let `train_epoch` and `evaluate` be right, for a loader that is a list of batches."""
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
