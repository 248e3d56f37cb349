"""Hidden checks of tensors in NumPy: inputs drawn for each submission, with whole numbers, zeros and square cases."""

import math
from itertools import pairwise

import numpy as np
import pytest

from autograder import expect
from autograder.channel.failures import StudentError

MOST_NUMBERS = 10**6
"""In what a stand-in answers."""


@pytest.mark.task("1.1")
def test_dot_of_any_length(student, rng):
    """The dot product is right for any length, for whole numbers and zeros too, and leaves the vectors alone."""
    pairs = [*rng.normal(size=(2, 2, 5)), rng.integers(-9, 9, size=(2, 4)), rng.normal(size=(2, 1)), np.zeros((2, 3))]
    for a, b in [*pairs, (rng.uniform(200, 300, size=3), np.array([0, 700, -7]))]:
        kept_a, kept_b = student.keep(a), student.keep(b)
        expect.number(student.tensors.dot(kept_a, kept_b), float(a @ b))
        expect.array(kept_a, a)
        expect.array(kept_b, b)


@pytest.mark.task("1.1")
def test_dot_refuses_other_lengths(student, rng):
    """Vectors of different lengths raise ValueError, whichever is the longer one."""
    long, short = rng.normal(size=6), rng.normal(size=4)
    for a, b in [(short, long), (long, short), (short[:1], long)]:
        with expect.raises("ValueError"):
            student.tensors.dot(a, b)


@pytest.mark.task("1.1")
def test_norm_of_any_vector(student, rng):
    """The norm is the root of the sum of squares, and leaves the vector alone."""
    student.tensors.dot = dot
    vectors = [rng.normal(size=7), rng.normal(size=7), rng.integers(-9, 9, size=4), -300 * rng.uniform(1, 2, size=1)]
    for v in [*vectors, np.zeros(3), np.array([0.0, -0.5])]:
        kept = student.keep(v)
        expect.number(student.tensors.norm(kept), math.sqrt(float(v @ v)))
        expect.array(kept, v)


@pytest.mark.task("1.2")
def test_cosine_of_any_pair(student, rng):
    """The cosine is right for any two vectors, long ones, short ones and whole numbers, and leaves them alone."""
    student.tensors.dot, student.tensors.norm = dot, norm
    pairs = [*rng.normal(size=(2, 2, 6)), rng.integers(1, 9, size=(2, 3)), np.array([[-2.0], [300.0]])]
    long, short = 1e3 * rng.normal(size=3), 1e-9 * rng.normal(size=3)
    perpendicular, whole = np.array([[1, 0, -2], [4, 5, 2]]), np.array([[3, 2, -1], [0, 2, 5]])
    for a, b in [*pairs, (long, short), (short, short), perpendicular, whole]:
        kept_a, kept_b = student.keep(a), student.keep(b)
        expected = float(a @ b) / math.sqrt(float(a @ a)) / math.sqrt(float(b @ b))
        expect.number(student.tensors.cosine_similarity(kept_a, kept_b), expected)
        expect.array(kept_a, a)
        expect.array(kept_b, b)


@pytest.mark.task("1.2")
def test_cosine_refuses_zeros(student, rng):
    """Zeros raise ValueError on either side, or on both, whole numbers or not; numbers that add up to 0 do not."""
    student.tensors.dot, student.tensors.norm = dot, norm
    v, zeros = rng.normal(size=4), np.zeros(4, dtype=int)
    for a, b in [(v, zeros), (zeros, v), (0.0 * zeros, zeros)]:
        with expect.raises("ValueError"):
            student.tensors.cosine_similarity(a, b)
    expect.number(student.tensors.cosine_similarity(np.array([1, -1]), np.array([2, -2])), 1.0)


@pytest.mark.task("1.3")
def test_random_cosines_in_any_dimension(student, rng):
    """The cosines have the mean 0 and the standard deviation 1/√n, and there are as many as were asked for."""
    student.tensors.cosine_similarity = cosine_similarity
    for count, dim in [(300, 40), (200, 3), (1, 5)]:
        found = student.tensors.random_cosines(count, dim, student.rng(int(rng.integers(10**6))))
        cosines = expect.array(found, shape=(count,), dtype="float64") * math.sqrt(dim)
        if count > 1:
            expect.that(abs(cosines.mean()) < 7 / math.sqrt(count), "The mean should be close to 0.")
            expect.that(abs(cosines.std() - 1) < 5 / math.sqrt(count), "The standard deviation should be 1/√n.")
    for one in expect.array(student.tensors.random_cosines(6, 1, student.rng(3)), shape=(6,)):
        expect.that(math.isclose(abs(one), 1), "In one dimension, a cosine is 1 or -1.")


@pytest.mark.task("1.3")
def test_random_cosines_draw_from_the_generator(student, rng):
    """The same seed gives the same cosines, each pair has vectors of its own, and a second call draws new ones."""
    student.tensors.cosine_similarity = cosine_similarity
    seed = int(rng.integers(10**6))
    generator = student.rng(seed)
    first, later, again = (
        expect.array(student.tensors.random_cosines(5, 8, one), shape=(5,))
        for one in (generator, generator, student.rng(seed))
    )
    expect.that(np.array_equal(first, again), "The same seed should give the same cosines.")
    expect.that(len(set(np.round([*first, *later], 9))) == 10, "Each pair should have vectors of its own.")


@pytest.mark.task("2.1")
def test_matmul_shape_of_any_sizes(student, rng):
    """The outer sizes are left, also where some are equal or 1."""
    n, k, m = (int(size) for size in rng.choice(np.arange(2, 500), size=3, replace=False))
    for rows, inner, places in [(n, k, m), (k, k, m), (n, k, k), (1, k, 1), (n, 1, m), (1, 1, 1)]:
        is_shape(student.tensors.matmul_shape((rows, inner), (inner, places)), (rows, places))


@pytest.mark.task("2.1")
def test_matmul_shape_refuses(student, rng):
    """Inner sizes that differ raise ValueError with both of them, also where one is 1 or the outer ones agree."""
    n, one, other = (int(size) for size in rng.choice(np.arange(20, 99), size=3, replace=False))
    for a, b in [((n, one), (other, n)), ((one, n), (one, n)), ((n, 1), (other, n)), ((n, one), (1, n))]:
        said = ""
        with expect.raises("ValueError"):
            try:
                student.tensors.matmul_shape(a, b)
            except StudentError as error:
                said = error.text
                raise
        expect.that(str(a[1]) in said and str(b[0]) in said, "The message should hold both inner sizes.")


@pytest.mark.task("2.2")
def test_matmul_of_any_shape(student, rng):
    """The product is right for any shapes, square and single ones, whole numbers too, and leaves its factors alone."""
    student.tensors.dot, student.tensors.matmul_shape = dot, matmul_shape
    for n, k, m in [(2, 3, 4), (2, 3, 4), (3, 3, 3), (1, 4, 1), (4, 1, 2)]:
        A, B = rng.normal(size=(n, k)), 100 * rng.normal(size=(k, m))
        kept_A, kept_B = student.keep(A), student.keep(B)
        expect.array(student.tensors.matmul(kept_A, kept_B), A @ B, atol=1e-8)
        expect.array(kept_A, A)
        expect.array(kept_B, B)
    A, B = np.array([[200, 0], [1, -2]]), np.array([[0, 3], [-1, 0]])
    for one, other in [(A, B), (A, B + 0.25), (A - 0.5, B)]:
        expect.array(student.tensors.matmul(one, other), one @ other)


@pytest.mark.task("2.2")
def test_matmul_refuses(student, rng):
    """Matrices whose inner sizes differ raise ValueError, also where one of them is 1."""
    # Right for vectors and matrices that do not fit: a format that has no end raises ValueError.
    student.tensors.dot = student.tensors.matmul_shape = student.keep("{these do not fit").format
    for a, b in [((2, 3), (4, 2)), ((2, 1), (3, 2)), ((2, 3), (1, 2))]:
        with expect.raises("ValueError"):
            student.tensors.matmul(rng.normal(size=a), rng.normal(size=b))


@pytest.mark.task("2.3", weight=2)
def test_layer_of_any_size(student, rng):
    """A layer has the right sums for any sizes, square ones and whole numbers too, and leaves its arguments alone."""
    for m, n_in, n_out in [(4, 3, 2), (4, 3, 2), (3, 3, 3), (1, 5, 4), (6, 1, 1)]:
        check_layer(student.tensors.layer, student, *drawn_layer(rng, (m,), n_in, n_out))
    X, W, b = rng.integers(-3, 4, size=(3, 2)), np.array([[0, 200], [-300, 7], [5, 0]]), np.array([0, 200, -1])
    expect.array(student.tensors.layer(X, W, b), X @ W.T + b)
    for one, other, biases in [(X, W, b + 0.5), (X + 0.5, W, b), (X, W - 0.5, b)]:
        expect.array(student.tensors.layer(one, other, biases), one @ other.T + biases, dtype="float64")


@pytest.mark.task("2.3")
def test_layer_of_any_stack(student, rng):
    """A stack of batches is answered batch by batch, also where all sizes are equal."""
    for k, m, n_in, n_out in [(2, 4, 3, 5), (3, 3, 3, 3), (1, 1, 2, 2)]:
        check_layer(student.tensors.layer, student, *drawn_layer(rng, (k, m), n_in, n_out))


@pytest.mark.task("2.3")
def test_layer_columns_of_any_size(student, rng):
    """In columns the sums are the same, for square sizes and one sample too, and the arguments stay as they were."""
    for m, n_in, n_out in [(4, 3, 2), (4, 3, 2), (3, 3, 3), (1, 5, 4)]:
        X, W, b, sums = drawn_layer(rng, (m,), n_in, n_out)
        check_layer(student.tensors.layer_columns, student, X.T, W, b[:, np.newaxis], sums.T)
    for X, W, b in [
        (np.array([[0, 200, -3], [1, 2, 0]]), np.array([[0, 200], [-300, 7], [5, 0]]), np.array([[0], [200], [-1]])),
        (np.array([[2, 1, -5], [1, 2, 0]]), np.array([[4, -1]]), np.array([[3]])),
    ]:
        expect.array(student.tensors.layer_columns(X, W, b), W @ X + b)
        for one, other, biases in [(X, W, b + 0.5), (X + 0.5, W, b), (X, W - 0.5, b)]:
            expect.array(student.tensors.layer_columns(one, other, biases), other @ one + biases, dtype="float64")


@pytest.mark.task("2.4")
def test_products_of_any_pair(student, rng):
    """Both products are right for vectors and for square matrices, and leave their factors alone."""
    for shape in [(5,), (5,), (3, 3), (3, 3), (1,), (1, 1)]:
        A, B = 100 * rng.normal(size=shape), rng.normal(size=shape)
        check_products(student, A, B)
    check_products(student, np.array([[0, -2], [3, 1]]), np.array([[4, 0], [-1, 2]]))
    check_products(student, np.array([0, -2, 5]), np.array([400, 0, 2]))


@pytest.mark.task("2.5")
def test_count_parameters_of_any_network(student, rng):
    """Each layer counts its weights and its biases, whatever its size; a network without a layer has no parameters."""
    sizes = [int(size) for size in rng.integers(1, 50, size=5)]
    for own in (sizes, sizes[1:], sizes[:2], [1, 1], [7]):
        count = sum(n_out * (n_in + 1) for n_in, n_out in pairwise(own))
        expect.integer(student.tensors.count_parameters(own), count)


@pytest.mark.task("2.5")
def test_mebibytes_of_any_array(student, rng):
    """The memory follows from the shape and the bytes of a number, also for arrays that no computer could hold."""
    n, m = (int(size) for size in rng.integers(100, 999, size=2))
    for shape, dtype, size in [
        ((n, m), "float64", 8),
        ((n, 3, m), "float32", 4),
        ((n,), "uint8", 1),
        ((), "int64", 8),
        ((2**17, 2**17, 2**17, 2**17), "float16", 2),
        ((1000, 0), "float32", 4),
    ]:
        expect.number(student.tensors.mebibytes(shape, dtype), math.prod(shape) * size / 2**20, atol=1e-15)


@pytest.mark.task("3.1")
def test_flatten_images_of_any_size(student, rng):
    """Each image becomes a row, its pixels line by line, whatever their number and dtype; the images stay."""
    for images in drawn_images(rng):
        kept = student.keep(images)
        rows = [image.ravel() for image in images]
        expect.array(student.tensors.flatten(kept), rows, dtype=images.dtype.name)
        expect.array(kept, images)


@pytest.mark.task("3.1")
def test_unflatten_rows_of_any_length(student, rng):
    """Rows become images of the right height and width, or are refused; the rows stay as they were."""
    for images in drawn_images(rng):
        rows = images.reshape(len(images), -1)
        kept = student.keep(rows)
        expect.array(student.tensors.unflatten(kept, *images.shape[1:]), images, dtype=images.dtype.name)
        expect.array(kept, rows)
    for shape, height, width in [((6, 4), 3, 4), ((6, 4), 1, 2), ((3, 4), 2, 6)]:
        with expect.raises("ValueError"):
            student.tensors.unflatten(rng.normal(size=shape), height, width)


@pytest.mark.task("3.2")
def test_columns_of_any_shape(student, rng):
    """Column i holds sample i, in square matrices and for one sample too; the samples stay as they were."""
    for X in (rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), rng.integers(-5, 5, size=(4, 4)), np.array([[0, 300]])):
        kept = student.keep(X)
        expect.array(student.tensors.columns(kept), [[row[j] for row in X] for j in range(X.shape[1])])
        expect.array(kept, X)


@pytest.mark.task("3.3")
def test_column_sums_of_any_shape(student, rng):
    """Each column is summed, in square matrices, for one sample and whole numbers too; the matrix stays."""
    for X in drawn_tables(rng):
        kept = student.keep(X)
        expect.array(student.tensors.column_sums(kept), [sum(column) for column in X.T], atol=1e-8)
        expect.array(kept, X)


@pytest.mark.task("3.3")
def test_row_shares_of_any_shape(student, rng):
    """Each row sums to 1, in square matrices, for one sample and whole numbers too; the matrix stays."""
    for X in drawn_tables(rng):
        positive = abs(X) + (np.arange(X.shape[1]) == 0)
        kept = student.keep(positive)
        expect.array(student.tensors.row_shares(kept), [row / sum(row) for row in positive], dtype="float")
        expect.array(kept, positive)
    expect.array(student.tensors.row_shares(np.array([[3.0, -1.0], [-2.0, -6.0]])), [[1.5, -0.5], [0.25, 0.75]])


@pytest.mark.task("3.4")
def test_crop_anywhere(student, rng):
    """Any part of an image has its pixels and its dtype, and no memory in common with the image."""
    for image in (
        rng.integers(1, 255, size=(6, 7), dtype=np.uint8),
        -200 * rng.uniform(1, 2, size=(5, 5)),
        np.eye(1, 5),
    ):
        middle = len(image) // 2
        for top, left, height, width in ((0, 2, 1, 2), (middle, 1, len(image) - middle, 3), (0, 0, *image.shape)):
            kept = student.keep(image)
            (part,) = student.evaluate([("call", student.tensors.crop, kept, top, left, height, width)])
            expected = image[top : top + height, left : left + width].copy()
            expect.array(part, expected, dtype=image.dtype.name)
            part[0, 0] = expected[0, 0] = 77
            expect.array(kept, image)
            kept[top + height - 1] = 78
            expect.array(part, expected)


@pytest.mark.task("3.4")
def test_erase_anywhere(student, rng):
    """Any part of an image becomes 0, in place, and no other pixel changes."""
    for image in (
        rng.integers(1, 255, size=(6, 7), dtype=np.uint8),
        rng.uniform(-200, -1, size=(5, 5)),
        np.ones((1, 4)),
        np.eye(4),
    ):
        for top, left, height, width in ((0, 1, 1, 2), (0, 0, 1, 4), (0, 0, *image.shape), (len(image) - 1, 3, 1, 1)):
            kept = student.keep(image)
            expect.none(student.tensors.erase(kept, top, left, height, width))
            rows, places = np.indices(image.shape)
            inside = (top <= rows) & (rows < top + height) & (left <= places) & (places < left + width)
            expect.array(kept, np.where(inside, 0, image), dtype=image.dtype.name)


@pytest.mark.task("3.5")
def test_without_noise_anywhere(student, rng):
    """Numbers below the threshold are 0 and the rest as it was, for any shape and dtype; the image stays."""
    strong, weak = rng.uniform(1, 2, size=(3, 3)), rng.uniform(-2, 1, size=(2, 3, 4))
    for image, threshold in [
        (rng.integers(0, 256, size=(5, 6), dtype=np.uint8), 100),
        (rng.integers(0, 256, size=(5, 6), dtype=np.uint8), 100.5),
        (rng.integers(-5, 5, size=9), -1),
        (strong, 0),
        (weak, -1),
        (weak, float(weak[0, 1, 2])),
        (np.float32(200 * weak), 0.25),
        (np.zeros((1, 3)), 0.5),
    ]:
        kept = student.keep(image)
        expected = np.where(image < threshold, 0, image)
        expect.array(student.tensors.without_noise(kept, threshold), expected, dtype=image.dtype.name)
        expect.array(kept, image)


@pytest.mark.task("3.6")
def test_mean_squared_error_of_any_shapes(student, rng):
    """The mean of the squared differences is right in all four ways, and leaves both arrays alone."""
    whole = rng.integers(-9, 9, size=(2, 4))
    for predictions, targets in [*(rng.normal(size=(2, m)) for m in (5, 300)), whole, (whole[0], whole[1] + 0.5)]:
        for one in (predictions, predictions[:, np.newaxis]):
            for other in (targets, targets[:, np.newaxis]):
                kept_one, kept_other = student.keep(one), student.keep(other)
                error = float(((predictions - targets) ** 2).mean())
                expect.number(student.tensors.mean_squared_error(kept_one, kept_other), error)
                expect.array(kept_one, one)
                expect.array(kept_other, other)
    expect.number(student.tensors.mean_squared_error(np.array([300.0, 0.0]), np.array([[0.0], [400.0]])), 125000.0)


@pytest.mark.task("3.6")
def test_mean_squared_error_refuses(student, rng):
    """Other numbers of predictions than of targets raise ValueError, in any shape."""
    for one, other in [((4,), (3,)), ((4, 1), (2, 1)), ((1, 1), (3,)), ((3,), (1,)), ((1,), (4, 1))]:
        with expect.raises("ValueError"):
            student.tensors.mean_squared_error(rng.normal(size=one), rng.normal(size=other))


@pytest.mark.task("3.7")
def test_brighten_by_any_amount(student, rng):
    """Every pixel is brighter or darker by the amount and stops at 255 and 0, for any shape; the images stay."""
    edges = np.array([0, 1, 127, 128, 254, 255], dtype=np.uint8)
    for images in (edges, rng.integers(0, 256, size=(2, 3, 3), dtype=np.uint8), np.array([[7]], dtype=np.uint8)):
        for amount in (0, 1, -1, 255, -255, int(rng.integers(30, 200)), -int(rng.integers(30, 200))):
            kept = student.keep(images)
            expected = [min(max(int(pixel) + amount, 0), 255) for pixel in images.flat]
            expect.array(student.tensors.brighten(kept, amount), np.reshape(expected, images.shape), dtype="uint8")
            expect.array(kept, images)


@pytest.mark.task("4.1")
def test_broadcast_shape_of_any_shapes(student, rng):
    """The shape is right for any two that fit, in either order."""
    for _ in range(6):
        shape = rng.integers(2, 9, size=4)
        a, b = (
            tuple(int(size) for size in np.where(rng.random(4) < 0.4, 1, shape)[int(rng.integers(4)) :])
            for _ in range(2)
        )
        is_shape(student.tensors.broadcast_shape(a, b), np.broadcast_shapes(a, b))
    for a, b in [((), ()), ((3,), ()), ((1,), (1, 1)), ((7, 300), (7, 300)), ((4, 1), (4,)), ((1, 300), (5, 1))]:
        is_shape(student.tensors.broadcast_shape(a, b), np.broadcast_shapes(a, b))
        is_shape(student.tensors.broadcast_shape(b, a), np.broadcast_shapes(a, b))


@pytest.mark.task("4.1")
def test_broadcast_shape_refuses(student, rng):
    """Sizes that differ raise ValueError at any place, also where one divides the other."""
    size = int(rng.integers(2, 9))
    for a, b in [((size, 3), (size, 4)), ((size, 3), (size + 1, 3)), ((size,), (2 * size,)), ((2, 5), (2,))]:
        for one, other in [(a, b), (b, a)]:
            with expect.raises("ValueError"):
                student.tensors.broadcast_shape(one, other)


@pytest.mark.task("4.2")
def test_standardise_any_samples(student, rng):
    """Every column has mean 0 and deviation 1, in square matrices and for whole numbers too; the samples stay."""
    for X in (
        *rng.normal(5, 3, size=(2, 6, 3)),
        rng.normal(0, 1e-6, size=(4, 4)),
        rng.normal(size=(5, 1)) - 300,
        np.array([[0, 2, -1], [3, 1, -1], [6, 3, 200]]),
    ):
        kept = student.keep(X)
        expected = np.transpose([(x - x.mean()) / math.sqrt(((x - x.mean()) ** 2).mean()) for x in X.T])
        expect.array(student.tensors.standardise(kept), expected, dtype="float64", atol=1e-8)
        expect.array(kept, X)


@pytest.mark.task("4.2")
def test_standardise_what_does_not_vary(student, rng):
    """Columns that are the same everywhere become 0, zeros and whole numbers too, and so does a single sample."""
    varied = rng.normal(size=4)
    deviation = varied.std()
    X = np.column_stack([np.zeros(4), varied, np.full(4, -3.0)])
    expected = np.column_stack([np.zeros(4), (varied - varied.mean()) / deviation, np.zeros(4)])
    expect.array(student.tensors.standardise(X), expected, dtype="float64")
    for constant in (np.array([[5, 5], [5, 5]]), np.array([[0.5, 2.0, -8.0]])):
        expect.array(student.tensors.standardise(constant), np.zeros(constant.shape), dtype="float64")


@pytest.mark.task("4.3")
def test_distances_of_any_points(student, rng):
    """Every distance is right, for one point, one feature, and as many points on both sides; the points stay."""
    for m, k, n in [(3, 5, 4), (3, 5, 4), (4, 4, 4), (1, 3, 2), (3, 1, 1)]:
        A, B = rng.normal(size=(m, n)), rng.normal(size=(k, n)) + 1
        check_distances(student, A, B)
    check_distances(student, np.array([[0, 300], [-2, 1]]), rng.integers(-9, 9, size=(3, 2)))


@pytest.mark.task("4.3")
def test_distances_are_never_nan(student, rng):
    """Points have the distance 0 from themselves, and pixels of eight bits do not go round."""
    points = rng.normal(size=(60, 8))
    check_distances(student, points, points)
    pixels = rng.integers(0, 256, size=(2, 4, 30), dtype=np.uint8)
    check_distances(student, *pixels)
    check_distances(student, *np.float32(pixels / 7))


@pytest.mark.task("6.1")
def test_unit_rows_of_any_samples(student, rng):
    """Each row has the norm 1 and its old direction, or stays 0; eight bits do not go round; the samples stay."""
    student.tensors.norm = norm
    for X in (
        *rng.normal(size=(2, 4, 3)),
        rng.normal(size=(3, 3)) * [[1e-3], [0.0], [1e3]],
        rng.integers(-9, 0, size=(1, 5)),
        rng.integers(16, 256, size=(3, 20), dtype=np.uint8),
        np.float32(rng.normal(size=(2, 4))),
    ):
        kept = student.keep(X)
        found = student.tensors.unit_rows(kept)
        expect.array(found, units(X.astype(float)), dtype="float", rtol=1e-5)
        expect.array(kept, X)


@pytest.mark.task("6.1")
def test_most_similar_of_any_examples(student, rng):
    """The largest cosine decides, for any sizes, negative numbers and pixels too; both arrays stay."""
    student.tensors.unit_rows = unit_rows
    for X, examples in [
        *((rng.normal(size=(5, 4)), rng.normal(size=(7, 4)) * rng.uniform(0.1, 300, size=(7, 1))) for _ in range(2)),
        (rng.normal(size=(4, 4)), rng.normal(size=(4, 4))),
        (-rng.uniform(1, 2, size=(3, 2)), np.array([[1, 9], [-1, 0], [0, -2]])),
        tuple(rng.integers(0, 256, size=(2, 6, 30), dtype=np.uint8)),
        (np.float32([[0, 2], [5, -1]]), np.float32([[3, -1], [2, 5], [1, 1]])),
        (np.array([[1.0, 2.0]]), np.array([[1.0, 5.0]])),
    ]:
        kept_X, kept = student.keep(X), student.keep(examples)
        cosines = units(X.astype(float)) @ units(examples.astype(float)).T
        expect.array(student.tensors.most_similar(kept_X, kept), cosines.argmax(axis=1), dtype="integer")
        expect.array(kept_X, X)
        expect.array(kept, examples)


@pytest.mark.task("6.2", timeout=20)
def test_read_any_digits(student, data, rng):
    """A good part of the digits is read with examples drawn at random, whose labels were renamed; both stay."""
    thresholds = data.thresholds
    names = rng.permutation(10)
    chosen = rng.permutation(len(data.train.labels))[: int(thresholds["examples"])]
    asked = rng.permutation(len(data.test.labels))[: int(thresholds["images"])]
    images, labels = data.test.images[asked], names[data.train.labels[chosen]]
    kept, kept_labels = student.keep(images), student.keep(labels)
    read = student.tensors.read_digits(kept, data.train.images[chosen], kept_labels)
    found = expect.array(read, shape=asked.shape, dtype="integer")
    accuracy = float((found == names[data.test.labels[asked]]).mean())
    expect.that(accuracy >= thresholds["accuracy"], "Too few of the digits were read.", accuracy=accuracy)
    expect.array(kept, images)
    expect.array(kept_labels, labels)


@pytest.mark.task("6.2")
def test_read_small_images(student, rng):
    """The label is that of the example with the largest cosine, for images that are not square and for one image."""
    for m, k in [(4, 6), (1, 3), (2, 1)]:
        examples = rng.integers(0, 256, size=(k, 5, 4), dtype=np.uint8)
        examples[-1] //= 8
        nearest = rng.integers(k, size=m)
        nearest[0] = k - 1  # a dark image, whose nearest example is the darkest one
        images = examples[nearest] // 2
        labels = rng.permutation(10)[:k]
        kept = student.keep(examples)
        cosines = units(images.reshape(m, 20).astype(float)) @ units(examples.reshape(k, 20).astype(float)).T
        expect.array(student.tensors.read_digits(images, kept, labels), labels[cosines.argmax(axis=1)], dtype="integer")
        expect.array(kept, examples)


def is_shape(answer, shape):
    """See whether an answer is a tuple with these lengths."""
    for length, expected in zip(expect.items(answer, len(shape)), shape, strict=True):
        expect.integer(length, expected)


def drawn_layer(rng, batch, n_in, n_out):
    """Samples, weights and biases of a layer, and its sums."""
    X, W, b = rng.normal(size=(*batch, n_in)), rng.normal(size=(n_out, n_in)), rng.normal(size=n_out)
    return X, W, b, X @ W.T + b


def check_layer(layer, student, X, W, b, sums):
    """See whether a layer of the student's has these sums, and leaves its arguments as they were."""
    kept = [student.keep(value) for value in (X, W, b)]
    expect.array(layer(*kept), sums, dtype="float64")
    for one, value in zip(kept, (X, W, b), strict=True):
        expect.array(one, value)


def check_products(student, A, B):
    """See whether both products of the student's are right, and leave their factors as they were."""
    kept_A, kept_B = student.keep(A), student.keep(B)
    each, dotted = expect.items(student.tensors.products(kept_A, kept_B), 2)
    expect.array(each, np.multiply(A, B))
    if A.ndim == 1:
        expect.number(dotted, float(np.dot(A, B)), atol=1e-8)
    else:
        expect.array(dotted, np.dot(A, B), atol=1e-8)
    expect.array(kept_A, A)
    expect.array(kept_B, B)


def check_distances(student, A, B):
    """See whether all distances of the student's are right, and the points stay as they were."""
    kept_A, kept_B = student.keep(A), student.keep(B)
    expected = [[math.dist(one, other) for other in B.astype(float)] for one in A.astype(float)]
    expect.array(student.tensors.pairwise_distances(kept_A, kept_B), expected, dtype="float64", atol=1e-6)
    expect.array(kept_A, A)
    expect.array(kept_B, B)


def drawn_images(rng):
    """Images of several sizes and dtypes."""
    yield from rng.integers(0, 256, size=(2, 3, 4, 5), dtype=np.uint8)
    yield rng.normal(size=(4, 2, 2))
    yield 300 * np.float32(rng.normal(size=(1, 2, 6)))
    yield rng.integers(-5, 5, size=(5, 1, 3))


def drawn_tables(rng):
    """Samples in rows: of several shapes, and whole numbers with zeros."""
    yield from rng.normal(size=(2, 4, 3))
    yield 300 * rng.normal(size=(3, 3))
    yield rng.normal(size=(1, 4))
    yield np.array([[0, 2, -5], [3, 0, 1]])


def units(X):
    """Each row divided by its norm; zeros stay zeros."""
    norms = np.linalg.norm(X, axis=1, keepdims=True)
    return X / np.where(norms == 0, 1, norms)


def dot(a, b):
    """A right `dot`, for vectors that are equally long."""
    a = expect.numbers(a, shape=(None,))
    return float(a @ expect.numbers(b, shape=a.shape))


def norm(v):
    """A right `norm`."""
    return float(np.linalg.norm(expect.numbers(v, shape=(None,))))


def cosine_similarity(a, b):
    """A right `cosine_similarity`, for vectors that have a direction."""
    a = expect.numbers(a, shape=(None,))
    b = expect.numbers(b, shape=a.shape)
    expect.that(a.any() and b.any(), "cosine_similarity was called with a vector of zeros.")
    return float(units(a[np.newaxis])[0] @ units(b[np.newaxis])[0])


def matmul_shape(a, b):
    """A right `matmul_shape`, for shapes that fit."""
    (n, k), (other, m) = (expect.numbers(shape, shape=(2,)) for shape in (a, b))
    expect.that(k == other, "matmul_shape was called with shapes that do not fit, for matrices that do.")
    return int(n), int(m)


def unit_rows(X):
    """A right `unit_rows`."""
    samples = expect.numbers(X, shape=(None, None))
    expect.that(samples.size <= MOST_NUMBERS, "unit_rows was called with far too many numbers.")
    return units(samples)
