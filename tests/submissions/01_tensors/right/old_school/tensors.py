# /// submission
# about = "Functions of NumPy by their long names, as in older texts; lists where lists will do."
# earns = "everything"
# ///
import numpy


def dot(a, b):
    return numpy.dot(a, b)


def norm(v):
    return numpy.linalg.norm(v)


def cosine_similarity(a, b):
    denominator = numpy.multiply(numpy.linalg.norm(a), numpy.linalg.norm(b))
    if denominator == 0.0:
        raise ValueError
    return numpy.divide(numpy.inner(a, b), denominator)


def random_cosines(n_pairs, dim, rng):
    return numpy.fromiter(
        (cosine_similarity(rng.normal(0, 1, dim), rng.normal(0, 1, dim)) for _ in range(n_pairs)), dtype="float64"
    )


def matmul_shape(a, b):
    if list(a)[-1] != list(b)[0]:
        raise ValueError("inner dimensions %d and %d" % (a[-1], b[0]))
    return tuple([a[0], b[1]])


def matmul(A, B):
    matmul_shape(numpy.shape(A), numpy.shape(B))
    return numpy.vstack([[dot(row, column) for column in numpy.transpose(B)] for row in A])


def layer(X, W, b):
    return numpy.add(numpy.matmul(X, numpy.transpose(W)), b)


def layer_columns(X, W, b):
    return numpy.add(numpy.dot(W, X), b)


def products(A, B):
    return numpy.multiply(A, B), numpy.dot(A, B)


def count_parameters(sizes):
    if len(sizes) < 2:
        return 0
    return sizes[0] * sizes[1] + sizes[1] + count_parameters(sizes[1:])


def mebibytes(shape, dtype):
    bytes_ = numpy.dtype(dtype).itemsize
    for n in shape:
        bytes_ = bytes_ * n
    return bytes_ / 2**10 / 2**10


def flatten(images):
    return numpy.reshape(images, (numpy.shape(images)[0], -1))


def unflatten(X, height, width):
    assert_fits(X, height * width)
    return numpy.reshape(X, (-1, height, width))


def assert_fits(X, n):
    if numpy.shape(X)[1] != n:
        raise ValueError("does not fit")


def columns(X):
    return numpy.swapaxes(X, 0, 1)


def column_sums(X):
    return numpy.sum(X, 0)


def row_shares(X):
    return numpy.transpose(numpy.transpose(X) / numpy.sum(X, 1))


def crop(image, top, left, height, width):
    return numpy.copy(image[top : top + height, left : left + width])


def erase(image, top, left, height, width):
    image[numpy.ix_(range(top, top + height), range(left, left + width))] = 0


def without_noise(image, threshold):
    result = numpy.copy(image)
    numpy.putmask(result, image < threshold, 0)
    return result


def mean_squared_error(predictions, targets):
    if numpy.size(predictions) != numpy.size(targets):
        raise ValueError("sizes")
    return numpy.mean(numpy.square(numpy.ravel(predictions) - numpy.ravel(targets)))


def brighten(images, amount):
    return numpy.minimum(numpy.maximum(images.astype("int32") + amount, 0), 255).astype("uint8")


def broadcast_shape(a, b):
    try:
        return numpy.broadcast(numpy.empty(a), numpy.empty(b)).shape
    except ValueError as error:
        raise ValueError("these shapes do not fit") from error


def standardise(X):
    X = numpy.asarray(X, dtype="float64")
    deviations = numpy.std(X, 0)
    deviations[deviations == 0] = 1
    return (X - numpy.mean(X, 0)) / deviations


def pairwise_distances(A, B):
    A = numpy.asarray(A, dtype=float)
    B = numpy.asarray(B, dtype=float)
    return numpy.array([[numpy.linalg.norm(a - b) for b in B] for a in A])


def unit_rows(X):
    lengths = numpy.array([[norm(row)] for row in numpy.asarray(X, dtype=float)])
    lengths[lengths == 0] = 1
    return X / lengths


def most_similar(X, examples):
    return numpy.argmax(numpy.dot(unit_rows(X), numpy.transpose(unit_rows(examples))), 1)


def read_digits(images, examples, labels):
    return numpy.asarray(labels)[most_similar(flatten(images), flatten(examples))]
