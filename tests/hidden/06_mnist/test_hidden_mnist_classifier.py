"""Hidden checks of the digits: inputs drawn for each submission, no two dimensions alike but in one case each.

`numpy_network` is judged by itself in task 1.1. Everywhere else but in part 6, right functions stand in for those
that a function may call.
"""

import math
import re
import struct
from itertools import pairwise, permutations

import numpy as np
import pytest

from autograder import expect
from autograder.checks.answers import Result

LOSS = "categorical_cross_entropy"
EPSILON = 1e-12
RATE, BATCH_SIZE = 0.1, 32
NETWORKS = [([7, 4], 9), ([6, 8, 3], 1), ([5, 9, 7, 6, 4], 9), ([4, 4, 4], 4), ([7, 4], 9)]


@pytest.mark.task("1.1")
def test_forward_at_several_depths(student, rng):
    """Forward is right for networks of one, two and four layers, and leaves its arguments alone."""
    for dims, m in NETWORKS:
        X, _, parameters = problem(rng, dims, m)
        kept_X, kept = student.keep(X), student.keep(parameters)
        answered = student.numpy_network.forward(kept_X, kept, names_of(dims))
        expect.array(expect.items(answered, 2)[0], run(X, parameters)[0], dtype="float", rtol=1e-9)
        expect.array(kept_X, X)
    judge_arrays(kept, parameters, rtol=0, atol=0)


@pytest.mark.task("1.1", weight=2)
def test_gradients_at_several_depths(student, rng):
    """The gradients of all weights and all biases are right for networks of one, two and four layers."""
    for dims, m in NETWORKS:
        X, Y, parameters = problem(rng, dims, m)
        judge_gradients(student, X, Y, parameters, dims)


@pytest.mark.task("1.1")
def test_network_with_large_scores(student, rng):
    """Large scores lead neither to infinity nor to NaN."""
    X, Y, parameters = problem(rng, [6, 8, 3], m=9)
    parameters["W2"] *= 2000
    judge_gradients(student, X, Y, parameters, [6, 8, 3])
    AL, _ = run(X, parameters)
    expect.number(student.numpy_network.compute_loss(AL, Y, LOSS), loss_of(AL, Y), rtol=1e-6)


@pytest.mark.task("1.1")
def test_loss_and_update(student, rng):
    """The loss is the mean over the samples, and an update is a step against the gradient."""
    X, Y, parameters = problem(rng, [6, 8, 3], m=9)
    AL, caches = run(X, parameters)
    expect.number(student.numpy_network.compute_loss(AL, Y, LOSS), loss_of(AL, Y), rtol=1e-6)
    slopes = gradients_of(AL, Y, caches)
    kept = student.keep(parameters)
    new = expect.mapping(student.numpy_network.update_parameters(kept, slopes, 0.3), list(parameters))
    for name, value in parameters.items():
        expect.array(new[name], value - 0.3 * slopes[f"d{name}"], dtype="float")
        expect.array(kept[name], value)


@pytest.mark.task("1.1")
def test_initial_weights(student, rng):
    """The method "he" draws weights of the right deviation, with the generator that is passed in, and biases of 0."""
    dims = [300, 200, 100]
    seed = int(rng.integers(1000))
    initialize = student.numpy_network.initialize_parameters
    made = expect.mapping(initialize(dims, "he", student.rng(seed)), ["W1", "b1", "W2", "b2"])
    for layer, n_out in enumerate(dims[1:], start=1):
        expect.array(made[f"b{layer}"], np.zeros((n_out, 1)))
    # Off by 0.7 % of sigma at most by chance, once in a standard deviation; eight of them are allowed.
    judge_he([expect.array(made[f"W{layer}"], dtype="float") for layer in (1, 2)], dims, within=0.06)
    drawn = []
    for start in (seed, seed, seed + 1):
        W1 = expect.mapping(initialize([9, 9], "he", student.rng(start)), ["W1"])["W1"]
        drawn.append(expect.array(W1, shape=(9, 9), dtype="float"))
    right = np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])
    expect.that(right, "The weights should come from the generator that is passed in.")


# 6.1 takes 5,000 such steps within its limit.
@pytest.mark.task("1.1", timeout=0.5)
def test_network_of_full_size(student, rng):
    """Forty steps with batches of 32 images, in float32, are right and take less than half a second."""
    dims = [784, 128, 64, 10]
    X, Y, parameters = (single(part) for part in problem(rng, dims, m=32))
    network, activations = student.numpy_network, names_of(dims)
    AL, caches = expect.items(network.forward(X, parameters, activations), 2)
    gradients = network.backward(AL, Y, caches, activations, LOSS)
    judge_arrays(gradients, gradients_of(*run_twice(X, Y, parameters)), rtol=1e-3, atol=1e-5)
    kept_X, kept_Y, kept, names = (student.keep(value) for value in (X, Y, parameters, activations))
    forward, backward, steps = network.forward, network.backward, []
    for first in range(0, 4 * 39, 4):
        steps += [("call", forward, kept_X, kept, names)]
        steps += [("getitem", Result(first), place) for place in (0, 1)]
        steps += [("call", backward, Result(first + 1), kept_Y, Result(first + 2), names, LOSS)]
    student.evaluate(steps, wanted=[])


@pytest.mark.task("2.1")
def test_files_of_any_number_of_dimensions(student, rng):
    """Files of one to five dimensions are read, whatever their size."""
    for shape in [(300,), (5, 7), (4, 6, 3), (2, 3, 5, 4), (1, 1, 1, 1, 3), (4, 4), (1,), (5, 7)]:
        array = rng.integers(256, size=shape, dtype=np.uint8)
        expect.array(student.mnist_classifier.parse_idx(idx(array)), array, dtype="uint8")


@pytest.mark.task("2.1")
def test_large_files(student, rng):
    """Dimensions beyond 255 and beyond 65,535 are read."""
    for shape in [(1000, 28, 28), (70_000,), (2, 300)]:
        array = rng.integers(256, size=shape, dtype=np.uint8)
        expect.array(student.mnist_classifier.parse_idx(idx(array)), array, dtype="uint8")


@pytest.mark.task("2.1")
def test_files_of_another_kind(student, rng):
    """Files that do not begin as they must, or hold other numbers than unsigned bytes, raise a ValueError."""
    content = idx(rng.integers(256, size=(3, 4), dtype=np.uint8))
    for wrong, kind in (
        (b"\x00\x01" + content[2:], "a file that does not begin with two zeros"),
        (b"\x1f\x8b" + content[2:], "a file that is still packed"),
        (b"\x00\x00\x09" + content[3:], "a file of signed bytes"),
        (b"\x00\x00\x07" + content[3:], "a file of numbers of no known type"),
        (b"\x00\x00\x0d" + content[3:], "a file of floating-point numbers"),
        (b"P5" + content[2:], "a file of another format"),
    ):
        with expect.given(kind):
            refused(student, wrong)


@pytest.mark.task("2.1")
def test_files_with_too_few_or_too_many_bytes(student, rng):
    """Files that end too early, in the header or later, or go on too long, raise a ValueError."""
    content = idx(rng.integers(256, size=(3, 4), dtype=np.uint8))
    for wrong in (
        b"",
        content[:2],
        content[:3],
        content[:7],
        content[:8],
        content[:11],
        content[:12],
        content[:-1],
        content + b"\x00",
        content + content,
    ):
        header = "an empty file" if not wrong else "a file that ends in its header"
        numbers = "a file with a byte too few" if len(wrong) < len(content) else "a file that goes on too long"
        with expect.given(header if len(wrong) < 12 else numbers):
            refused(student, wrong)


@pytest.mark.task("2.2")
def test_flatten_any_images(student, rng):
    """Any number of images becomes as many columns, in reading order, and 255 becomes 1, whatever else is there."""
    for m, darkest, lightest in [(1, 0, 255), (5, 0, 255), (28, 40, 200), (5, 1, 90), (2, 0, 0), (3, 130, 130)]:
        with expect.given(
            "a single image"
            if m == 1
            else "images without black or white"
            if darkest or lightest < 255
            else "several images"
        ):
            images = rng.integers(darkest, lightest + 1, size=(m, 28, 28)).astype(np.uint8)
            kept = student.keep(images)
            found = student.mnist_classifier.flatten(kept)
            expected = np.stack([np.concatenate(list(image)) for image in images], axis=1) / 255
            expect.array(found, expected, dtype="float32", rtol=1e-5)
            expect.array(kept, images)


@pytest.mark.task("2.3")
def test_one_hot_of_any_labels(student, rng):
    """Any labels of any number of classes become columns, classes without a sample included."""
    sizes = [(1, 4, 3), (13, 10, 9), (13, 10, 7), (10, 10, 9), (300, 10, 9), (7, 256, 255)]
    for m, classes, largest in sizes:
        with expect.given("a single label" if m == 1 else "256 classes" if classes == 256 else "several labels"):
            labels = rng.permutation(np.arange(m) % largest)
            labels[rng.integers(m)] = largest if largest in (9, 255) else 0
            expected = np.array([[float(label == k) for label in labels] for k in range(classes)])
            for dtype in ("uint8", "int64"):
                kept = student.keep(labels.astype(dtype))
                found = student.mnist_classifier.one_hot(kept, classes)
                expect.array(found, expected, dtype="float32")
                expect.array(kept, labels)


@pytest.mark.task("3.1")
def test_predictions_of_any_network(student, rng):
    """The answer is the most likely class of each sample, at any depth and for a single sample too."""
    for dims, m in [*NETWORKS, ([6, 8, 3], 17)]:
        use_network(student)
        X, _, parameters = problem(rng, dims, m)
        samples, backwards = single(X), dict(reversed(parameters.items()))
        kept_X, kept = student.keep(samples), student.keep(backwards)
        labels = student.mnist_classifier.predict(kept_X, kept, names_of(dims))
        expect.array(labels, run(samples, parameters)[0].argmax(axis=0), dtype="integer")
        expect.array(kept_X, samples)
    judge_arrays(kept, parameters, rtol=0, atol=0)


@pytest.mark.task("3.2")
def test_accuracy_of_any_labels(student, rng):
    """Accuracy is the share of right answers: all, some or none."""
    for m, right in [(40, 40), (40, 29), (40, 1), (40, 0), (700, 421), (1, 1), (1, 0)]:
        with expect.given("all are right" if right == m else "none is right" if not right else "some are right"):
            labels = rng.integers(10, size=m, dtype=np.uint8)
            predicted = mistaken(rng, labels, rng.permutation(m)[right:])
            for dtype in ("int64", "uint8") if m == 700 else ("int64",):
                kept, kept_predicted = student.keep(labels), student.keep(predicted.astype(dtype))
                expect.number(student.mnist_classifier.accuracy(kept, kept_predicted), right / m, rtol=1e-6)
            expect.array(kept, labels)
            expect.array(kept_predicted, predicted)


@pytest.mark.task("3.3")
def test_misclassified_samples_of_any_labels(student, rng):
    """The indices of all wrong answers, and no other, in ascending order."""
    some, many = (np.sort(rng.permutation(m)[:count]) for m, count in [(40, 11), (400, 120)])
    none, every = np.array([], dtype=int), np.arange(40)
    for m, wrong in [(40, some), (40, every), (40, none), (40, every[:1]), (400, many), (1, none), (1, every[:1])]:
        with expect.given(
            "nothing is wrong" if not len(wrong) else "everything is wrong" if len(wrong) == m else "some are wrong"
        ):
            labels = rng.integers(10, size=m, dtype=np.uint8)
            predicted = mistaken(rng, labels, wrong).astype("uint8" if m == 400 else "int64")
            kept, kept_predicted = student.keep(labels), student.keep(predicted)
            found = student.mnist_classifier.misclassified(kept, kept_predicted)
            if len(wrong):
                expect.array(found, wrong, dtype="integer", array_like=True)
            else:
                expect.array(found, shape=(0,), array_like=True)
            expect.array(kept, labels)
            expect.array(kept_predicted, predicted)


@pytest.mark.task("4.1")
def test_batches_of_any_size(student, rng):
    """Every number stands in one batch, and only the last batch may be smaller."""
    for m, size in [(23, 8), (24, 8), (5, 9), (7, 1), (6, 6), (9, 8), (1, 4), (16, 4)]:
        with expect.given(
            "fewer samples than a batch holds"
            if m < size
            else "batches of one"
            if size == 1
            else "a last batch that is full"
            if m % size == 0
            else "a last batch that is not full"
        ):
            batches = batches_of(student, m, size, int(rng.integers(1000)))
            lengths = [len(batch) for batch in batches]
            due = [size] * (m // size) + [m % size] * (m % size > 0)
            expect.that(lengths == due, "The sizes of the batches are wrong.", sizes=lengths, expected=due)
            every = np.array_equal(np.sort(np.concatenate(batches)), np.arange(m))
            expect.that(every, "Every number should stand in one batch.")


@pytest.mark.task("4.1")
def test_batches_are_shuffled(student, rng):
    """The samples are in a random order, another one each time."""
    seed = int(rng.integers(1000))
    generator = student.rng(seed)
    orders = []
    for _ in range(6):
        made = student.mnist_classifier.batch_indices(40, 8, generator)
        orders.append(np.concatenate(opened_batches(made, 40)).tolist())
    expect.that(list(range(40)) not in orders, "The samples should be in a random order.")
    expect.that(all(orders.count(order) == 1 for order in orders), "The order should be another one each time.")
    # Neighbours that stay together: one of 39 pairs by chance, more than 12 once in ten billion.
    together = max(np.sum(np.diff(order) == 1) for order in orders)
    expect.that(together <= 12, "Samples should be shuffled, not batches.", neighbours=together)
    # By chance, two samples are in one batch six times in fewer than one of 30 runs, and 21 pairs never; a sample stays
    # where it is once in two million.
    places = np.argsort(orders)
    companions = (places[:, :, np.newaxis] // 8 == places[:, np.newaxis] // 8).all(axis=0).sum() - 40
    expect.that(companions <= 40, "Samples should be shuffled before they are cut into batches.")
    resting = (places == places[0]).all(axis=0)
    expect.that(not resting.any(), "Every sample should have another place from time to time.")
    again = np.concatenate(batches_of(student, 40, 8, seed)).tolist()
    expect.that(again == orders[0], "All randomness should come from the generator that is passed in.")


@pytest.mark.task("4.2", weight=2)
def test_trajectory_of_the_full_batch(student, rng):
    """Twenty epochs with one batch take the parameters where twenty steps of gradient descent do."""
    for dims in ([6, 8, 3], [5, 9, 7, 4]):
        use_network(student)
        X, Y, parameters = problem(rng, dims, m=11)
        generator, final = student.rng(int(rng.integers(1000))), parameters
        for _ in range(20):
            final, _ = expect.items(
                student.mnist_classifier.train_epoch(X, Y, final, names_of(dims), 0.3, 11, generator), 2
            )
        judge_arrays(final, descend(X, Y, parameters, 0.3, 20)[0], rtol=1e-8, atol=1e-8)


@pytest.mark.task("4.2")
def test_every_sample_has_its_weight(student, rng):
    """In an epoch, every sample is in one batch, and counts there as one of as many as the batch has."""
    m, size, rate = 23, 8, 1e-6
    use_network(student)
    members = []
    generator = student.rng(int(rng.integers(1000)))
    for _ in range(4):
        X, Y, parameters = one_weight_each(rng, m)
        found = student.mnist_classifier.train_epoch(X, Y, parameters, ["softmax"], rate, size, generator)
        sizes = sizes_of_batches(expect.items(found, 2)[0], X, Y, parameters, rate)
        right = np.allclose(np.sort(sizes), [7] * 7 + [8] * 16, rtol=1e-3)
        expect.that(right, "Every sample should count once, among the samples of its batch.", sizes=sizes)
        members.append(np.flatnonzero(sizes < 7.5).tolist())
    expect.that(any(other != members[0] for other in members), "The batches should differ from epoch to epoch.")


@pytest.mark.task("4.2")
def test_batches_follow_each_other(student, rng):
    """Each batch begins with the parameters to which the one before has led, and counts as what it has."""
    dims = [4, 6, 3]
    use_network(student)
    generator = student.rng(int(rng.integers(1000)))
    for m, size in [(2, 1), (5, 2), (5, 2)]:
        X, Y, parameters = problem(rng, dims, m)
        found = student.mnist_classifier.train_epoch(X, Y, parameters, names_of(dims), 0.5, size, generator)
        found = opened(expect.items(found, 2)[0], parameters)
        ends = [end for end, _ in endings(X, Y, parameters, 0.5, size)]
        right = any(all(np.allclose(found[name], end[name], rtol=1e-8, atol=1e-8) for name in end) for end in ends)
        expect.that(right, "The parameters are not those after one update for each batch, in any order of the samples.")


@pytest.mark.task("4.2")
def test_cost_counts_every_sample_once(student, rng):
    """The cost is the mean over the samples, also where the last batch is smaller, and from before the updates."""
    dims = [4, 6, 3]
    use_network(student)
    generator = student.rng(int(rng.integers(1000)))
    for m, size, rate in [(9, 8, 1e-9), (7, 2, 0.0), (9, 9, 2), (1, 32, 1)]:
        X, Y, parameters = problem(rng, dims, m)
        found = student.mnist_classifier.train_epoch(X, Y, parameters, names_of(dims), rate, size, generator)
        expect.number(expect.items(found, 2)[1], loss_of(run(X, parameters)[0], Y), rtol=1e-5)
    X, Y, parameters = problem(rng, dims, m=5)
    found = student.mnist_classifier.train_epoch(X, Y, parameters, names_of(dims), 0.5, 2, generator)
    cost = expect.number(expect.items(found, 2)[1])
    right = any(math.isclose(cost, due, rel_tol=1e-6) for _, due in endings(X, Y, parameters, 0.5, 2))
    expect.that(right, "The cost should be that of each batch just before its update.", cost=cost)


@pytest.mark.task("4.2")
def test_training_leaves_its_arguments_alone(student, rng):
    """The samples, targets and parameters that were passed in stay as they were, in either precision."""
    use_network(student)
    generator = student.rng(int(rng.integers(1000)))
    for dims, m in [([4, 6, 3], 9), ([4, 4, 4], 4)]:
        X, Y, parameters = problem(rng, dims, m)
        values = (X, Y, parameters) if m == 9 else (single(X), single(Y), dict(reversed(parameters.items())))
        kept_X, kept_Y, kept = (student.keep(value) for value in values)
        student.mnist_classifier.train_epoch(kept_X, kept_Y, kept, names_of(dims), 0.3, 4, generator)
        expect.array(kept_X, values[0], rtol=0, atol=0)
        expect.array(kept_Y, values[1], rtol=0, atol=0)
        judge_arrays(kept, values[2], rtol=0, atol=0)


@pytest.mark.task("4.3")
def test_parameters_after_many_epochs(student, rng):
    """Training goes on for as many epochs as it was told, each from where the last one ended, even if costs rise."""
    dims = [6, 8, 3]
    use_everything(student)
    for epochs in (1, 12, 0):
        X, Y, parameters = problem(rng, dims, m=11)
        final, _ = trained(student, rng, X, Y, parameters, dims, epochs, 11)
        judge_arrays(final, descend(X, Y, parameters, 0.3, epochs)[0], rtol=1e-8, atol=1e-8)
    X, Y, parameters = unsteady(rng, dims, 11, rate=4, epochs=4)
    final, _ = trained(student, rng, X, Y, parameters, dims, 4, 11, rate=4)
    judge_arrays(final, descend(X, Y, parameters, 4, 4)[0], rtol=1e-8, atol=1e-8)


@pytest.mark.task("4.3")
def test_history_has_every_epoch(student, rng):
    """There is a cost for each epoch, and the accuracy on the validation samples after it; what came in stays as is."""
    dims = [6, 8, 3]
    use_everything(student)
    for m in (17, 17, 1):
        X, Y, parameters = problem(rng, dims, m=30)
        X_val, Y_val, _ = problem(rng, dims, m)
        labels = Y_val.argmax(axis=0).astype(np.uint8)
        kept_X, kept_Y, kept, kept_X_val, kept_labels = map(student.keep, (X, Y, parameters, X_val, labels))
        _, history = trained(student, rng, kept_X, kept_Y, kept, dims, 8, 30, (kept_X_val, kept_labels))
        _, costs = descend(X, Y, parameters, 0.3, 8)
        shares, now = [], parameters
        for _ in range(8):
            now, _ = descend(X, Y, now, 0.3, 1)
            shares.append(float(np.mean(run(X_val, now)[0].argmax(axis=0) == labels)))
        judge_history(history, costs, shares)
    for held, value in [(kept_X, X), (kept_Y, Y), (kept_X_val, X_val), (kept_labels, labels)]:
        expect.array(held, value)
    judge_arrays(kept, parameters, rtol=0, atol=0)


@pytest.mark.task("4.3")
def test_history_without_validation(student, rng):
    """Without validation samples there is no accuracy, and everything else is as usual."""
    dims = [6, 8, 3]
    use_everything(student)
    for epochs in (3, 0):
        X, Y, parameters = problem(rng, dims, m=11)
        _, history = trained(student, rng, X, Y, parameters, dims, epochs, 11)
        judge_history(history, descend(X, Y, parameters, 0.3, epochs)[1], [])


@pytest.mark.task("4.3")
def test_nothing_is_learned_from_the_validation(student, rng):
    """The parameters are the last ones, whatever the validation samples are and however well they are read before."""
    dims = [6, 8, 3]
    use_everything(student)
    X, Y, parameters = problem(rng, dims, m=11)
    first, due = (descend(X, Y, parameters, 0.3, epochs)[0] for epochs in (1, 4))
    answers = [np.empty(0)] * 2
    while np.array_equal(*answers):
        X_val, _, _ = problem(rng, dims, m=17)
        answers = [run(X_val, network)[0].argmax(axis=0) for network in (first, due)]
    for labels in answers:
        final, _ = trained(student, rng, X, Y, parameters, dims, 4, 11, (X_val, labels))
        judge_arrays(final, due, rtol=1e-8, atol=1e-8)


@pytest.mark.task("4.3")
def test_every_epoch_has_other_batches(student, rng):
    """Training passes on the size of the batches, and the generator, so that every epoch has other batches."""
    m, size, rate, epochs = 24, 23, 1e-6, 8
    use_everything(student)
    X, Y, parameters = one_weight_each(rng, m)
    final, _ = trained(student, rng, X, Y, parameters, [m, 3], epochs, size, rate=rate)
    # A sample that is never alone in its batch has counted as 8/23, one that was alone once as 1 + 7/23.
    shares = 1 / sizes_of_batches(final, X, Y, parameters, rate)
    once = (shares - epochs / size) / (1 - 1 / size)
    whole = np.allclose(once, np.round(once), atol=1e-2) and round(float(once.sum())) == epochs
    expect.that(whole, "The batches should have the size that was asked for.")
    expect.that(float(once.max()) < epochs - 0.5, "The batches should differ from epoch to epoch.")


@pytest.mark.task("5.1")
def test_weights_of_any_layer(student, rng):
    """Every weight stands where its pixel stood, for any number of units."""
    for units in (1, 5, 28, 5):
        W1 = rng.normal(size=(units, 784))
        kept = student.keep(W1)
        expected = np.stack([[row[28 * k : 28 * k + 28] for k in range(28)] for row in W1])
        expect.array(student.mnist_classifier.weight_images(kept), expected, dtype="float")
        expect.array(kept, W1)


@pytest.mark.task("5.2", timeout=10)
def test_every_misclassified_digit_is_drawn(student, rng):
    """Each digit has its label and its mistake in its title, and the picture changes with every image."""
    module = student.mnist_classifier
    for count in (30, 1):
        images = rng.integers(256, size=(count, 28, 28), dtype=np.uint8)
        labels = rng.permutation(np.arange(count) % 10)
        predicted = mistaken(rng, labels, np.arange(count))
        kept_images, kept_labels, kept_predicted = map(student.keep, (images, labels, predicted))
        first = expect.figure(module.draw_misclassified(kept_images, kept_labels, kept_predicted))
        judge_titles(first.titles, labels, predicted)
        if count > 1:
            other = images.copy()
            other[-2, 24:, 24:] = 255 - other[-2, 24:, 24:]
            changed = expect.figure(module.draw_misclassified(other, labels, predicted))
            expect.that(not changed.looks_like(first), "An image, or a part of it, is missing from the picture.")
    expect.array(kept_images, images)
    expect.array(kept_labels, labels)
    expect.array(kept_predicted, predicted)


@pytest.mark.task("5.2", timeout=10)
def test_every_unit_is_drawn(student, rng):
    """The picture of the weights changes with the weights of every unit, and with their signs."""
    module = student.mnist_classifier
    for count in (30, 1):
        images = rng.normal(size=(count, 28, 28))
        kept = student.keep(images)
        first = expect.figure(module.draw_weights(kept))
        if count > 1:
            other = images.copy()
            other[-2, 24:, 24:] *= -1
            changed = expect.figure(module.draw_weights(other))
            expect.that(not changed.looks_like(first), "A unit, or a part of it, is missing from the picture.")
    expect.array(kept, images)


@pytest.mark.task("5.2", timeout=10)
def test_both_curves_are_drawn(student, rng):
    """The picture of the history changes with the costs, and with the accuracies, and each panel says which it has."""
    history = {"costs": [17.0, 9.0, 6.0, 5.0], "accuracies": [0.4, 0.7, 0.8, 0.82]}
    others = [{**history, "costs": [60.0, 40.0, 10.0, 20.0]}, {**history, "accuracies": history["accuracies"][::-1]}]
    module, kept = student.mnist_classifier, student.keep(history)
    first = expect.figure(module.draw_history(kept))
    labelled = sum(map(bool, first.xlabels)) >= 2 and sum(map(bool, first.ylabels)) >= 2
    expect.that(labelled, "Both axes of both panels should have labels.")
    for other in others:
        changed = expect.figure(module.draw_history(dict(reversed(other.items()))))
        expect.that(not changed.looks_like(first), "A curve is missing from the picture.")
        if other is others[0] and changed.limits.shape == first.limits.shape:
            # Only what the panel of the costs shows goes further now.
            of_costs = (changed.limits != first.limits).any(axis=1)
            for x, y, costs in zip(first.xlabels, first.ylabels, of_costs, strict=True):
                judge_labels(f"{x}, {y}".lower(), costs)
    for name, values in expect.mapping(kept, list(history)).items():
        expect.array(values, history[name], array_like=True)


@pytest.mark.task("6.1", weight=3, timeout=60)
def test_digits_are_read(student, rng, data):
    """After training, the network reads digits that it has never seen, whatever names their classes have."""
    images, labels, names = training_images(rng, data)
    epochs = int(data.thresholds["epochs"])
    for seed in rng.integers(1000, size=2):  # about one right training in a thousand ends on a bad step
        answered = student.mnist_classifier.train_classifier(images, labels, epochs, student.rng(int(seed)))
        share, _ = how_it_reads(answered, [784, 128, 64, 10], data.test.images, names[data.test.labels])
        enough = share >= data.thresholds["accuracy"]
        if enough:
            break
    expect.that(enough, "The network reads too few digits that it has not seen.", share=share)


@pytest.mark.task("6.1", timeout=10)
def test_classifier_learns_nothing_from_the_validation(student, rng):
    """The parameters depend on the images, the labels and the generator, and not on the validation."""
    images, labels = rng.integers(256, size=(90, 28, 28), dtype=np.uint8), rng.integers(10, size=90, dtype=np.uint8)
    others, seed = rng.integers(256, size=(40, 28, 28), dtype=np.uint8), int(rng.integers(1000))
    answers = rng.integers(10, size=40, dtype=np.uint8)
    weights, kept = [], student.keep(others)

    def again():
        """Whether the same input gives the same weights a second time."""
        generator = student.rng(seed)
        answered = student.mnist_classifier.train_classifier(images, labels, 2, generator, (kept, answers))
        found = expect.mapping(expect.items(answered, 3)[0], ["W1"])["W1"]
        return np.allclose(expect.array(found, shape=(128, 784), dtype="float"), weights[0])

    for named, start in [(answers, seed), ((answers + 3) % 10, seed), (answers, seed + 1)]:
        generator = student.rng(start)
        answered = student.mnist_classifier.train_classifier(images, labels, 2, generator, (kept, named))
        parameters, _, history = expect.items(answered, 3)
        weights.append(expect.array(expect.mapping(parameters, ["W1"])["W1"], shape=(128, 784), dtype="float"))
        lists = expect.mapping(history, ["costs", "accuracies"])
        expect.items(lists["costs"], 2)
        for share in expect.items(lists["accuracies"], 2):
            value = expect.number(share)
            expect.that(0 <= value <= 1, "An accuracy lies between 0 and 1.")
    with np.errstate(all="ignore"):
        same, other = np.allclose(weights[0], weights[1]), np.allclose(weights[0], weights[2])
    expect.array(kept, others)
    repeats = bool(same) or bool(again())
    expect.that(repeats, "The same generator gives other parameters each time: nothing may come from `np.random`.")
    expect.that(bool(same), "The parameters change with the labels of the validation images.")
    expect.that(not other, "The initial weights should come from the generator that is passed in.")


@pytest.mark.task("6.1", timeout=10)
def test_settings_of_the_classifier(student, rng):
    """Weights begin by "he", and an epoch makes steps of 0.1 with batches of 32, all drawn with the generator."""
    judge_settings(student, rng, "train_classifier", [784, 128, 64, 10])


@pytest.mark.task("6.2", timeout=30)
def test_baseline_reads_digits(student, rng, data):
    """Without hidden layers, the network reads most digits, too, and is seldom sure of a wrong answer."""
    images, labels, names = training_images(rng, data)
    epochs = int(data.thresholds["epochs"])
    generator = student.rng(int(rng.integers(1000)))
    answered = student.mnist_classifier.train_baseline(images, labels, epochs, generator)
    share, loss = how_it_reads(answered, [784, 10], data.test.images, names[data.test.labels])
    enough = share >= data.thresholds["baseline"]
    expect.that(enough, "The network reads too few digits that it has not seen.", share=share)
    # Trained on pixels up to 255, the share of the digits that are read lies on either side of its threshold; the
    # loss is then five times as large, or more.
    sure = loss > data.thresholds["baseline_loss"]
    expect.that(not sure, "The network is too sure of wrong answers.", loss=loss)


@pytest.mark.task("6.2")
def test_settings_of_the_baseline(student, rng):
    """Without hidden layers, too, weights begin by "he", and an epoch makes steps of 0.1 with batches of 32."""
    judge_settings(student, rng, "train_baseline", [784, 10])


# The mathematics, written down once more.


def names_of(dims):
    """ReLU in the hidden layers, softmax in the last one."""
    return ["relu"] * (len(dims) - 2) + ["softmax"]


def run(X, parameters):
    """The answers of a network of ReLU and softmax, and its caches."""
    A, caches, layers = X, [], len(parameters) // 2
    for layer in range(1, layers + 1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = Z * (Z > 0)
    odds = np.exp(Z - Z.max(axis=0))
    return odds / odds.sum(axis=0), caches


def run_twice(X, Y, parameters):
    """What `gradients_of` wants."""
    AL, caches = run(X, parameters)
    return AL, Y, caches


def loss_of(AL, Y):
    """The categorical cross-entropy of a batch."""
    return float(-np.sum(Y * np.log(np.clip(AL, EPSILON, 1 - EPSILON))) / Y.shape[1])


def gradients_of(AL, Y, caches):
    """The gradients of all parameters, from the last layer to the first."""
    gradients, error = {}, (AL - Y) / Y.shape[1]
    for layer in range(len(caches), 0, -1):
        A_prev, W, _, _ = caches[layer - 1]
        gradients[f"dW{layer}"] = error @ A_prev.T
        gradients[f"db{layer}"] = error.sum(axis=1, keepdims=True)
        error = (W.T @ error) * (A_prev > 0)
    return gradients


def descend(X, Y, parameters, rate, updates):
    """The parameters after full-batch descent, and the loss before each update."""
    costs = []
    for _ in range(updates):
        AL, caches = run(X, parameters)
        costs.append(loss_of(AL, Y))
        gradients = gradients_of(AL, Y, caches)
        parameters = {name: value - rate * gradients[f"d{name}"] for name, value in parameters.items()}
    return parameters, costs


def endings(X, Y, parameters, rate, size):
    """Where an epoch with batches of this size may end, and at which cost: for every order of the samples."""
    m, found = X.shape[1], {}
    for order in permutations(range(m)):
        batches = tuple(tuple(sorted(order[start : start + size])) for start in range(0, m, size))
        if batches not in found:
            now, total = parameters, 0.0
            for batch in batches:
                now, costs = descend(X[:, batch], Y[:, batch], now, rate, 1)
                total += costs[0] * len(batch)
            found[batches] = now, total / m
    return list(found.values())


# Inputs.


def problem(rng, dims, m):
    """Samples, targets and parameters, with no weighted sum near the corner of ReLU."""
    while True:
        X, Y, parameters = rng.normal(size=(dims[0], m)), np.eye(dims[-1])[:, rng.integers(dims[-1], size=m)], {}
        for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
            parameters[f"W{layer}"] = rng.normal(size=(n_out, n_in)) * math.sqrt(1.5 / n_in)
            parameters[f"b{layer}"] = 0.5 * rng.normal(size=(n_out, 1))
        _, caches = run(X, parameters)
        if dims[0] == 784 or min(np.abs(Z).min() for _, _, _, Z in caches) > 1e-3:
            return X, Y, parameters


def unsteady(rng, dims, m, rate, epochs):
    """A problem on which steps of this rate are too large: the cost rises, and is not the lowest at the end."""
    while True:
        X, Y, parameters = problem(rng, dims, m)
        final, costs = descend(X, Y, parameters, rate, epochs)
        last = loss_of(run(X, final)[0], Y)
        if max(np.diff(costs[:-1])) > 0.1 and min(costs) + 0.1 < last < 20:
            return X, Y, parameters


def mistaken(rng, labels, wrong):
    """The labels as int64, with others from 0 to 9 in these places."""
    predicted = labels.astype(np.int64)
    predicted[wrong] = (predicted[wrong] + rng.integers(1, 10, size=len(wrong))) % 10
    return predicted


def single(part):
    """An array, or a dict of arrays, in float32."""
    if isinstance(part, dict):
        return {name: single(value) for name, value in part.items()}
    return part.astype(np.float32)


def one_weight_each(rng, m):
    """Samples that touch one column of the weights each, so that the weights tell what became of each sample."""
    X, Y = np.eye(m), np.eye(3)[:, rng.integers(3, size=m)]
    return X, Y, {"W1": np.zeros((3, m)), "b1": rng.normal(size=(3, 1))}


def sizes_of_batches(answer, X, Y, parameters, rate):
    """In batches of which sizes the samples of `one_weight_each` were, after an epoch of tiny steps."""
    W = opened(answer, parameters)["W1"]
    errors = run(X, parameters)[0] - Y
    with np.errstate(all="ignore"):
        moved = np.abs(parameters["W1"] - W).sum(axis=0) / rate
        return np.abs(errors).sum(axis=0) / moved


def idx(array):
    """The bytes of an IDX file."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def training_images(rng, data):
    """Some images with their labels, under other names; and the name of each digit."""
    chosen = rng.permutation(len(data.train.labels))[: int(data.thresholds["images"])]
    names = rng.permutation(10).astype(np.uint8)
    return data.train.images[chosen], names[data.train.labels[chosen]], names


# What several checks do.


def judge_gradients(student, X, Y, parameters, dims):
    """Forward, then backward."""
    AL, caches = expect.items(student.numpy_network.forward(X, parameters, names_of(dims)), 2)
    gradients = student.numpy_network.backward(AL, Y, caches, names_of(dims), LOSS)
    judge_arrays(gradients, gradients_of(*run_twice(X, Y, parameters)), rtol=1e-7, atol=1e-9)


def judge_arrays(answer, due, rtol, atol):
    """A dict of arrays is right in every number."""
    for name, value in expect.mapping(answer, list(due)).items():
        expect.array(value, due[name], dtype="float", rtol=rtol, atol=atol)


def judge_he(weights, dims, within):
    """Weights of all layers have mean 0 and the deviation of "he", to within this part of it."""
    for W, (n_in, n_out) in zip(weights, pairwise(dims), strict=True):
        expect.that(W.shape == (n_out, n_in), "The weights have the wrong shape.", shape=W.shape)
        sigma = math.sqrt(2 / n_in)
        with np.errstate(all="ignore"):
            mean, measured = float(W.mean()), float(W.std())
        near = abs(mean) < within * sigma and abs(measured - sigma) < within * sigma
        expect.that(near, "The weights have the wrong mean or deviation.", mean=mean, deviation=measured)


def judge_settings(student, rng, name, dims):
    """Training begins with weights by "he" and makes one epoch of two batches, 32 images and 16, at the rate 0.1.

    Each image has one pixel of ink, so the weights of the first layer tell in which batch it was: those of the smaller
    one move twice as far, and the first step changes the second one by a few per cent.
    """
    m, seeds, starts, members = 48, rng.choice(1000, size=2, replace=False), [], []
    pixels, labels = rng.permutation(784)[:m], rng.permutation(np.arange(m) % 10).astype(np.uint8)
    X, Y = np.zeros((784, m)), np.eye(10)[:, labels]
    X[pixels, np.arange(m)] = 1
    images = (255 * X.T).astype(np.uint8).reshape(m, 28, 28)
    kept_images, kept_labels = student.keep(images), student.keep(labels)
    for seed in seeds:
        answers = [
            getattr(student.mnist_classifier, name)(kept_images, kept_labels, epochs, student.rng(int(seed)))
            for epochs in (0, 1)
        ]
        start, end = (opened_training(answer, dims, epochs) for epochs, answer in enumerate(answers))
        # The 640 weights of the last layer are off by 3 % of sigma by chance, once in a standard deviation.
        judge_he([start[f"W{layer}"] for layer in range(1, len(dims))], dims, within=0.2)
        starts.append(start["W1"])
        due = gradients_of(*run_twice(X, Y, start))["dW1"][:, pixels]
        with np.errstate(all="ignore"):
            sizes = np.linalg.norm(due, axis=0) / np.linalg.norm((end["W1"] - start["W1"])[:, pixels], axis=0)
        order = np.argsort(-sizes, kind="stable")
        now = start
        for batch in (order[:BATCH_SIZE], order[BATCH_SIZE:]):
            now, _ = descend(X[:, batch], Y[:, batch], now, RATE, 1)
        members.append(set(order[:BATCH_SIZE].tolist()))
        for one, value in now.items():
            with np.errstate(all="ignore"):
                missed, moved = np.linalg.norm(end[one] - value), np.linalg.norm(value - start[one])
            right = bool(missed < 0.01 * moved)
            expect.that(right, "An epoch should make steps of LEARNING_RATE with batches of BATCH_SIZE.", of=one)
    expect.that(not np.allclose(*starts), "The initial weights should come from the generator that is passed in.")
    expect.that(members[0] != members[1], "The batches should come from the generator that is passed in.")
    expect.array(kept_images, images)
    expect.array(kept_labels, labels)


def judge_titles(titles, labels, predicted):
    """Every digit has a title with its label and its mistake."""
    found = [set(re.findall(r"\d+", title)) for title in titles]
    pairs = [{str(label), str(mistake)} for label, mistake in zip(labels, predicted, strict=True)]
    for pair in pairs:
        holds = sum(pair <= numbers for numbers in found) >= pairs.count(pair)
        expect.that(holds, "A digit lacks its label, or what it was taken for, in its title.")


def judge_labels(labels, of_costs):
    """The labels of a panel do not say that it shows the other list."""
    cost, share = re.search("cost|loss", labels), re.search("accura", labels)
    wrong = share and not cost if of_costs else cost and not share
    expect.that(not wrong, "A panel is labelled as the other one.", labels=labels)


def refused(student, content):
    """Reading this raises a ValueError."""
    with expect.raises("ValueError"):
        student.mnist_classifier.parse_idx(content)


def batches_of(student, m, size, seed):
    """The batches that the student's code makes."""
    return opened_batches(student.mnist_classifier.batch_indices(m, size, student.rng(seed)), m)


def opened_batches(answer, m):
    """Batches as arrays, at least one of them, of numbers from 0 to m - 1."""
    batches = expect.items(answer)
    expect.that(len(batches) > 0, "There should be at least one batch.")
    found = [expect.array(batch, shape=(None,), dtype="integer", array_like=True) for batch in batches]
    inside = all(bool(np.all((batch >= 0) & (batch < m))) for batch in found)
    expect.that(inside, "The batches should hold numbers of samples.")
    return found


def trained(student, rng, X, Y, parameters, dims, epochs, size, validation=None, rate=0.3):
    """The final parameters and the history, as answers."""
    generator = student.rng(int(rng.integers(1000)))
    arguments = (X, Y, parameters, names_of(dims), epochs, rate, size, generator)
    if validation is not None:
        arguments += (validation,)
    return expect.items(student.mnist_classifier.train(*arguments), 2)


def judge_history(history, costs, shares):
    """The history has these costs and accuracies."""
    lists = expect.mapping(history, ["costs", "accuracies"])
    for name, due in [("costs", costs), ("accuracies", shares)]:
        for found, value in zip(expect.items(lists[name], len(due)), due, strict=True):
            expect.number(found, value, rtol=1e-6)


def opened_training(answered, dims, epochs=None):
    """The parameters of a trained network with these layers; its history without validation, where epochs are given."""
    found, activations, history = expect.items(answered, 3)
    for name, due in zip(expect.items(activations, len(dims) - 1), names_of(dims), strict=True):
        expect.text(name, due)
    if epochs is not None:
        lists = expect.mapping(history, ["costs", "accuracies"])
        expect.items(lists["costs"], epochs)
        expect.items(lists["accuracies"], 0)
    shapes = {}
    for layer, (n_in, n_out) in enumerate(pairwise(dims), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (n_out, n_in), (n_out, 1)
    return {
        name: expect.array(value, shape=shapes[name], dtype="float")
        for name, value in expect.mapping(found, list(shapes)).items()
    }


def how_it_reads(answered, dims, images, labels):
    """The share of the images that a trained network reads, and its mean loss, by our own forward pass."""
    parameters = single(opened_training(answered, dims))
    X = images.reshape(len(images), 784).T / np.float32(255)
    with np.errstate(all="ignore"):
        AL, _ = run(X, parameters)
        return float(np.mean(AL.argmax(axis=0) == labels)), loss_of(AL, np.eye(10)[:, labels])


# Right functions that stand in for the student's own.


def opened(answer, due):
    """A dict of arrays, of the shapes that `due` has."""
    found = expect.mapping(answer, list(due))
    return {name: expect.array(value, shape=np.shape(due[name])) for name, value in found.items()}


def known(activations):
    """Names of activations: ReLU, and softmax in the last layer."""
    names = [expect.text(name) for name in expect.items(activations)]
    right = names and set(names[:-1]) <= {"relu"} and names[-1] in ("relu", "softmax")
    expect.that(bool(right), "A function of the network was called with other activations than it has.")
    return names


def matrix(answer, columns=None, rows=None):
    """A matrix that is not empty, of this size where it is given; none here has a thousand rows or columns."""
    values = expect.numbers(answer, shape=(rows, columns))
    expect.that(values.size > 0, "A function was called with an empty array.")
    expect.that(max(values.shape) < 1_000, "A function was called with an array that is larger than any here.")
    return values


def layers_of(parameters, count, n_in):
    """The parameters of so many layers, the first of which has so many inputs."""
    found = expect.mapping(parameters, [f"{kind}{layer}" for layer in range(1, count + 1) for kind in "Wb"])
    values = {}
    for layer in range(1, count + 1):
        W = values[f"W{layer}"] = matrix(found[f"W{layer}"], n_in)
        n_in = len(W)
        values[f"b{layer}"] = matrix(found[f"b{layer}"], 1, n_in)
    return values


def forward(X, parameters, activations):
    """A right `forward`."""
    names, samples = known(activations), matrix(X)
    values = layers_of(parameters, len(names), len(samples))
    with np.errstate(all="ignore"):
        AL, caches = run(samples, values)
        Z = caches[-1][3]
        return (Z * (Z > 0) if names[-1] == "relu" else AL), caches


def compute_loss(AL, Y, loss):
    """A right `compute_loss`."""
    expect.text(loss, LOSS)
    answers = matrix(AL)
    with np.errstate(all="ignore"):
        return loss_of(answers, expect.numbers(Y, shape=answers.shape))


def backward(AL, Y, caches, activations, loss):
    """A right `backward`."""
    expect.text(loss, LOSS)
    names, answers = known(activations), matrix(AL)
    expect.that(names[-1] == "softmax", "The loss goes with softmax.")
    n_in, m = None, answers.shape[1]
    remembered = []
    for cache in expect.items(caches, len(names)):
        A_prev, W, b, Z = expect.items(cache, 4)
        before = matrix(A_prev, m, n_in)
        weights = matrix(W, len(before))
        n_in = len(weights)
        remembered.append((before, weights, matrix(b, 1, n_in), matrix(Z, m, n_in)))
    targets = matrix(Y, m, n_in)
    expect.that(len(answers) == n_in, "backward was called with answers that are not those of the last layer.")
    with np.errstate(all="ignore"):
        return gradients_of(answers, targets, remembered)


def update_parameters(parameters, gradients, learning_rate):
    """A right `update_parameters`."""
    old = {name: expect.numbers(value) for name, value in expect.mapping(parameters).items()}
    slopes = expect.mapping(gradients, [f"d{name}" for name in old])
    rate = expect.numbers(learning_rate, shape=())
    with np.errstate(all="ignore"):
        return {
            name: value - rate * expect.numbers(slopes[f"d{name}"], shape=value.shape) for name, value in old.items()
        }


def use_network(student):
    """Let `numpy_network` and `batch_indices` be right."""
    # First of all mnist_classifier is imported, so that whoever imports functions by name gets the student's own.
    student.mnist_classifier.batch_indices = batch_indices
    for function in (forward, compute_loss, backward, update_parameters):
        setattr(student.numpy_network, function.__name__, function)


def batch_indices(m, batch_size, rng):
    """A right `batch_indices`."""
    return cut(expect.integer(m, minimum=1, maximum=1000), batch_size, rng)


def cut(count, batch_size, rng):
    """The numbers from 0 to count - 1, shuffled and cut into batches."""
    size = expect.integer(batch_size, minimum=1, maximum=10**6)
    order = expect.array(rng.permutation(count), shape=(count,), dtype="integer")
    right = np.array_equal(np.sort(order), np.arange(count))
    expect.that(right, "Something other than a generator was passed on.")
    return [order[start : start + size] for start in range(0, count, size)]


def train_epoch(X, Y, parameters, activations, learning_rate, batch_size, rng):
    """A right `train_epoch`."""
    names, samples = known(activations), matrix(X)
    expect.that(names[-1] == "softmax", "The loss goes with softmax.")
    now = layers_of(parameters, len(names), len(samples))
    targets, rate = matrix(Y, samples.shape[1], len(now[f"b{len(names)}"])), expect.numbers(learning_rate, shape=())
    total = 0.0
    with np.errstate(all="ignore"):
        for batch in cut(samples.shape[1], batch_size, rng):
            now, costs = descend(samples[:, batch], targets[:, batch], now, rate, 1)
            total += costs[0] * len(batch)
    return now, total / samples.shape[1]


def predict(X, parameters, activations):
    """A right `predict`."""
    return forward(X, parameters, activations)[0].argmax(axis=0)


def accuracy(labels, predicted):
    """A right `accuracy`."""
    one = expect.numbers(labels, shape=(None,))
    expect.that(one.size > 0, "accuracy was called without labels.")
    return float(np.mean(one == expect.numbers(predicted, shape=one.shape)))


def use_everything(student):
    """Let everything that `train` may call be right."""
    use_network(student)
    for function in (train_epoch, predict, accuracy):
        setattr(student.mnist_classifier, function.__name__, function)
