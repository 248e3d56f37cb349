# /// submission
# about = "Plain Python loops over single numbers, put into arrays in the end."
# earns = "everything"
# ///
import math

import numpy as np


def dot(a, b):
    if len(a) != len(b):
        raise ValueError("lengths differ")
    total = 0
    for i in range(len(a)):
        total = total + a[i] * b[i]
    return total


def norm(v):
    total = 0.0
    for number in v:
        total += float(number) ** 2
    return math.sqrt(total)


def cosine_similarity(a, b):
    length_a = norm(a)
    length_b = norm(b)
    if length_a == 0:
        raise ValueError("a is zero")
    if length_b == 0:
        raise ValueError("b is zero")
    return dot(a, b) / length_a / length_b


def random_cosines(n_pairs, dim, rng):
    result = np.zeros(n_pairs)
    for i in range(n_pairs):
        a = rng.standard_normal(dim)
        b = rng.standard_normal(dim)
        result[i] = cosine_similarity(a, b)
    return result


def matmul_shape(a, b):
    if a[1] == b[0]:
        return (a[0], b[1])
    raise ValueError("cannot multiply: " + str(a[1]) + " is not " + str(b[0]))


def matmul(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError("inner sizes")
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]
    return C


def layer(X, W, b):
    if X.ndim == 3:
        return np.array([layer(batch, W, b) for batch in X])
    Z = np.zeros((len(X), len(W)))
    for i, x in enumerate(X):
        for j, w in enumerate(W):
            Z[i, j] = sum(one * other for one, other in zip(x, w)) + b[j]
    return Z


def layer_columns(X, W, b):
    Z = np.zeros((W.shape[0], X.shape[1]))
    for i in range(X.shape[1]):
        for j in range(W.shape[0]):
            for k in range(W.shape[1]):
                Z[j, i] += W[j, k] * X[k, i]
            Z[j, i] += b[j, 0]
    return Z


def products(A, B):
    each = np.zeros(A.shape)
    for place in np.ndindex(A.shape):
        each[place] = A[place] * B[place]
    if A.ndim == 1:
        return each, each.sum()
    n = len(A)
    dotted = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                dotted[i][j] += A[i][k] * B[k][j]
    return [each, dotted]


def count_parameters(sizes):
    total = 0
    previous = None
    for size in sizes:
        if previous is not None:
            total += previous * size
            total += size
        previous = size
    return total


def mebibytes(shape, dtype):
    total = np.dtype(dtype).itemsize
    for length in shape:
        total *= int(length)
    return total / (1024 * 1024)


def flatten(images):
    rows = []
    for image in images:
        row = []
        for line in image:
            row.extend(line)
        rows.append(row)
    return np.array(rows, dtype=images.dtype)


def unflatten(X, height, width):
    if X.shape[1] != height * width:
        raise ValueError("rows do not fit")
    images = np.empty((len(X), height, width), dtype=X.dtype)
    for i in range(len(X)):
        for y in range(height):
            for x in range(width):
                images[i, y, x] = X[i, y * width + x]
    return images


def columns(X):
    m, n = X.shape
    result = np.empty((n, m), dtype=X.dtype)
    for i in range(m):
        for j in range(n):
            result[j, i] = X[i, j]
    return result


def column_sums(X):
    return np.array([sum(X[i, j] for i in range(X.shape[0])) for j in range(X.shape[1])])


def row_shares(X):
    result = []
    for row in X:
        total = sum(row)
        result.append([number / total for number in row])
    return np.array(result)


def crop(image, top, left, height, width):
    part = np.zeros((height, width), dtype=image.dtype)
    for y in range(height):
        for x in range(width):
            part[y, x] = image[top + y, left + x]
    return part


def erase(image, top, left, height, width):
    for y in range(top, top + height):
        for x in range(left, left + width):
            image[y, x] = 0


def without_noise(image, threshold):
    result = np.zeros_like(image)
    for place, pixel in np.ndenumerate(image):
        if not pixel < threshold:
            result[place] = pixel
    return result


def mean_squared_error(predictions, targets):
    p = [float(x) for x in predictions.flatten()]
    t = [float(x) for x in targets.flatten()]
    if len(p) != len(t):
        raise ValueError("counts differ")
    return sum((p[i] - t[i]) ** 2 for i in range(len(p))) / len(p)


def brighten(images, amount):
    result = np.empty(images.shape, np.uint8)
    for place, pixel in np.ndenumerate(images):
        value = int(pixel) + amount
        if value > 255:
            value = 255
        elif value < 0:
            value = 0
        result[place] = value
    return result


def broadcast_shape(a, b):
    result = []
    for i in range(1, max(len(a), len(b)) + 1):
        one = a[-i] if i <= len(a) else 1
        other = b[-i] if i <= len(b) else 1
        if one == other or other == 1:
            result.insert(0, one)
        elif one == 1:
            result.insert(0, other)
        else:
            raise ValueError(str(one) + " and " + str(other))
    return tuple(result)


def standardise(X):
    m, n = X.shape
    Z = np.zeros((m, n))
    for j in range(n):
        mean = sum(X[:, j]) / m
        variance = sum((x - mean) ** 2 for x in X[:, j]) / m
        if variance > 0:
            for i in range(m):
                Z[i, j] = (X[i, j] - mean) / math.sqrt(variance)
    return Z


def pairwise_distances(A, B):
    D = np.zeros((len(A), len(B)))
    for i in range(len(A)):
        for j in range(len(B)):
            D[i, j] = math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(A[i], B[j])))
    return D


def unit_rows(X):
    rows = []
    for row in X:
        length = norm(row)
        rows.append([float(x) / length if length else 0.0 for x in row])
    return np.array(rows)


def most_similar(X, examples):
    units = unit_rows(examples)
    answers = []
    for x in unit_rows(X):
        answers.append(int(np.argmax(units @ x)))
    return np.array(answers)


def read_digits(images, examples, labels):
    places = most_similar(flatten(images), flatten(examples))
    return np.array([labels[place] for place in places])
