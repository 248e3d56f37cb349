"""Assignment 01: tensors, in NumPy.

Samples stand in rows here: `X` has shape (m, n), and row i is sample i. The weights of a layer are `W` of shape
(n_out, n_in), one row for each output.

A number may be an int, a float or a NumPy scalar. Arrays that come in hold floats (float64) or whole numbers (int64)
where nothing else is said; in one call, one array may hold floats and another whole numbers. An array "of any shape"
has one axis or more. Except for `erase`, no function changes an array that it is given. A function may call those
that its docstring names.
"""

import numpy as np

# Part 1: vectors.


def dot(a, b):
    """The dot product a·b = a1·b1 + … + an·bn (task 1.1).

    a, b: arrays (n,).
    Returns a number. Raises ValueError if a and b are not equally long; a vector with a single number is no exception.
    """
    raise NotImplementedError("Your code here.")


def norm(v):
    """The length of a vector, the root of v·v (task 1.1). May call `dot`.

    v: array (n,).
    Returns a number, 0 or more.
    """
    raise NotImplementedError("Your code here.")


def cosine_similarity(a, b):
    """The cosine of the angle between two vectors (task 1.2). May call `dot` and `norm`.

    a, b: arrays (n,), equally long.
    Returns a number from -1 to 1, up to rounding. Raises ValueError if a or b consists of zeros: it has no direction.
    A short vector, down to a length of 1e-9, has one.
    """
    raise NotImplementedError("Your code here.")


def random_cosines(n_pairs, dim, rng):
    """The cosine similarities of random pairs of vectors (task 1.3). May call `cosine_similarity`.

    n_pairs: how many pairs. dim: how many numbers each vector has. Both are ints, 1 or more.
    rng: a numpy.random.Generator, the only source of chance. For each pair it draws two new vectors of independent
    random numbers around 0, such as those of the standard normal distribution.
    Returns array (n_pairs,), float64.
    """
    raise NotImplementedError("Your code here.")


# Part 2: matrices.


def matmul_shape(a, b):
    """The shape of a product of two matrices, without the matrices (task 2.1).

    a, b: shapes, tuples of two ints such as (2, 3).
    Returns the shape of A @ B as a tuple of two ints. Raises ValueError if the inner sizes differ; its message holds
    both inner sizes.
    """
    raise NotImplementedError("Your code here.")


def matmul(A, B):
    """The product of two matrices, from dot products (task 2.2). May call `dot` and `matmul_shape`.

    A: array (n, k). B: array (k, m).
    Returns array (n, m): in row i and column j stands the dot product of row i of A and column j of B. Raises
    ValueError if the inner sizes differ.
    """
    raise NotImplementedError("Your code here.")


def layer(X, W, b):
    """A layer for a batch of samples in rows (task 2.3). NumPy's `@` is welcome.

    X: array (m, n_in), or a stack of k batches, array (k, m, n_in). W: array (n_out, n_in). b: array (n_out,).
    Returns array (m, n_out), or (k, m, n_out) for a stack; float64 where one of the three is. Row i holds the n_out
    sums for sample i.
    """
    raise NotImplementedError("Your code here.")


def layer_columns(X, W, b):
    """The same layer for samples in columns (task 2.3).

    X: array (n_in, m). W: array (n_out, n_in). b: array (n_out, 1).
    Returns array (n_out, m), float64 where one of the three is. Column i holds the n_out sums for sample i.
    """
    raise NotImplementedError("Your code here.")


def products(A, B):
    """The product of each number with its partner, and the product of matrices (task 2.4).

    A, B: two arrays (n,), or two arrays (n, n).
    Returns the pair (A * B, A @ B). The first has the shape of A; the second is a number for two vectors, and an
    array (n, n) for two matrices.
    """
    raise NotImplementedError("Your code here.")


def count_parameters(sizes):
    """How many weights and biases a network of layers has (task 2.5).

    sizes: list of ints: the number of inputs, then the number of outputs of each layer. [3, 5, 2] are two layers.
    Returns an int, 0 where there is no layer.
    """
    raise NotImplementedError("Your code here.")


def mebibytes(shape, dtype):
    """The memory that an array takes, in MiB, of which each has 1024 · 1024 bytes (task 2.5). No array is needed.

    shape: tuple of ints, of any length; () is a single number. dtype: its name, such as "float32".
    Returns a number, a fraction where need be.
    """
    raise NotImplementedError("Your code here.")


# Part 3: shapes.


def flatten(images):
    """Images as rows (task 3.1).

    images: array (m, height, width), of any dtype.
    Returns array (m, height · width) of the same dtype: row i holds the pixels of image i, line by line.
    """
    raise NotImplementedError("Your code here.")


def unflatten(X, height, width):
    """Rows as images: the inverse of `flatten` (task 3.1).

    X: array (m, n), of any dtype. height, width: ints.
    Returns array (m, height, width) of the same dtype. Raises ValueError if n is not height · width.
    """
    raise NotImplementedError("Your code here.")


def columns(X):
    """Samples in rows as samples in columns (task 3.2).

    X: array (m, n), row i is sample i.
    Returns array (n, m), column i is sample i.
    """
    raise NotImplementedError("Your code here.")


def column_sums(X):
    """The sum of each column (task 3.3).

    X: array (m, n).
    Returns array (n,).
    """
    raise NotImplementedError("Your code here.")


def row_shares(X):
    """Each number as a share of its row (task 3.3).

    X: array (m, n). No row has the sum 0.
    Returns array (m, n) of floats: each row divided by its sum, so that it sums to 1.
    """
    raise NotImplementedError("Your code here.")


def crop(image, top, left, height, width):
    """A part of an image, as a copy (task 3.4).

    image: array (h, w), of any dtype. top, left: the row and the column where the part begins. height, width: its size.
    The part lies inside the image.
    Returns array (height, width) of the same dtype. A later change to it leaves the image as it is, and the other way
    round.
    """
    raise NotImplementedError("Your code here.")


def erase(image, top, left, height, width):
    """Set a part of an image to 0, in place (task 3.4).

    The arguments are those of `crop`.
    Changes the image that it is given, in this part and nowhere else. Returns None.
    """
    raise NotImplementedError("Your code here.")


def without_noise(image, threshold):
    """An image in which all that is fainter than a threshold is gone (task 3.5).

    image: array of any shape, and of any dtype of numbers. threshold: number.
    Returns a new array of the same shape and dtype: 0 where the pixel is smaller than the threshold, and the pixel
    itself elsewhere.
    """
    raise NotImplementedError("Your code here.")


def mean_squared_error(predictions, targets):
    """The mean of the squared differences (task 3.6).

    predictions, targets: arrays (n,) or (n, 1), each in either shape: a layer with one output answers with (n, 1).
    Returns a number. Raises ValueError if there are not as many predictions as targets.
    """
    raise NotImplementedError("Your code here.")


def brighten(images, amount):
    """Brighter images, or darker ones (task 3.7).

    images: array of any shape, uint8. amount: int from -255 to 255.
    Returns a new uint8 array of the same shape: each pixel plus the amount, and 255 or 0 where that is out of range.
    """
    raise NotImplementedError("Your code here.")


# Part 4: broadcasting.


def broadcast_shape(a, b):
    """The shape in which two arrays meet, by the rule of broadcasting (task 4.1).

    a, b: shapes, tuples of ints that are 1 or more. They may differ in length, and () is a single number.
    Returns a tuple of ints. Raises ValueError if the shapes do not fit.
    """
    raise NotImplementedError("Your code here.")


def standardise(X):
    """Each feature with mean 0 and standard deviation 1 (task 4.2).

    X: array (m, n), samples in rows. The mean and the deviation of a feature are those of its column; the deviation is
    the root of the mean squared distance from the mean.
    Returns array (m, n), float64. A column whose deviation comes out as exactly 0 becomes 0.
    """
    raise NotImplementedError("Your code here.")


def pairwise_distances(A, B):
    """The distance of each point to each other point (task 4.3). No loop is needed.

    A: array (m, n), m points in rows. B: array (k, n). Both are of any dtype of numbers, uint8 as well.
    Returns array (m, k), float64: in row i and column j the distance of A[i] and B[j], the root of the sum of squared
    differences. It is never NaN, and good to six digits after the point as long as no number exceeds 10.
    """
    raise NotImplementedError("Your code here.")


# Part 6: digits.


def unit_rows(X):
    """Each row divided by its norm (task 6.1). May call `norm`.

    X: array (m, n), of any dtype of numbers, uint8 as well.
    Returns array (m, n) of floats, float64 or float32. A row of zeros stays one.
    """
    raise NotImplementedError("Your code here.")


def most_similar(X, examples):
    """The example with the largest cosine similarity, for each sample (task 6.1). May call `unit_rows`.

    X: array (m, n). examples: array (k, n). Both are of any dtype of numbers, uint8 as well, without a row of zeros.
    Returns array (m,) of ints: the row in which the example stands. Where several are most similar, any of them.
    """
    raise NotImplementedError("Your code here.")


def read_digits(images, examples, labels):
    """Read each image as the digit that the most similar example shows (task 6.2). May use everything above.

    images: array (m, height, width), uint8. examples: array (k, height, width), uint8. labels: array (k,) of ints, the
    digit that each example shows.
    Returns array (m,) of ints: a label for each image.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: what `python tensors.py` draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"


def draw_cosines(path, dims=(3, 30, 768), n_pairs=3000):
    """Save histograms of the cosines of random pairs of vectors to `path`."""
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(1)
    figure, panels = plt.subplots(1, len(dims), figsize=(9, 2.6), layout="constrained", sharex=True)
    for axes, dim in zip(panels, dims, strict=True):
        axes.hist(random_cosines(n_pairs, dim, rng), bins=np.linspace(-1, 1, 41), color=BLUE)
        axes.set(title=f"{dim} dimensions", xlabel="cosine", xlim=(-1, 1), yticks=[])
    panels[0].set_ylabel("pairs")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_shapes(path):
    """Save a picture of what transposing and reshaping do to a matrix, and of broadcasting, to `path`."""
    import matplotlib.pyplot as plt

    X = np.arange(1, 7).reshape(2, 3)
    column, row = np.array([[10], [20], [30]]), np.array([[7, 8, 9, 10]])
    panels = [("X, (2, 3)", X), ("columns(X), (3, 2)", columns(X)), ("X.reshape(3, 2)", X.reshape(3, 2))]
    panels += [("(3, 1)", column), ("(1, 4)", row), ("their sum, (3, 4)", column + row)]
    figure, places = plt.subplots(2, 3, figsize=(7, 3), layout="constrained")
    for axes, (title, array) in zip(places.flat, panels, strict=True):
        draw_numbers(axes, title, array)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_numbers(axes, title, array):
    """Draw an array of two axes as a table. The numbers 1 to 3 are blue, and 4 to 6 orange."""
    height, width = array.shape
    for (i, j), number in np.ndenumerate(array):
        colour = BLUE if number <= 3 else ORANGE if number <= 6 else INK
        axes.text(j, i, number, color=colour, ha="center", va="center", fontsize=13, fontweight="bold")
    axes.set(xlim=(-0.5, 3.5), ylim=(2.5, -0.5), xticks=[], yticks=[], aspect=0.6)
    for edge in np.arange(height + 1) - 0.5:
        axes.plot([-0.5, width - 0.5], [edge, edge], color=INK, linewidth=0.7, clip_on=False)
    for edge in np.arange(width + 1) - 0.5:
        axes.plot([edge, edge], [-0.5, height - 0.5], color=INK, linewidth=0.7, clip_on=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=10, loc="left")


if __name__ == "__main__":
    draw_cosines("my_cosines.png")
    draw_shapes("my_shapes.png")
    print("Saved my_cosines.png and my_shapes.png.")
