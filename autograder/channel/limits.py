"""Caps on what crosses the channel. Sizes in bytes."""

BODY_BYTES = 4 * 2**20
"""The structure of one frame: everything but the numbers of arrays."""

BLOB_BYTES = 256 * 2**20
"""The numbers of all arrays in one frame for the student process."""

ANSWER_BLOB_BYTES = 32 * 2**20
"""The numbers of all arrays in one frame from the student process, which the grader has to open."""

AXES = 64
"""Axes of an array, which is what NumPy allows."""

DEPTH = 32
"""Nesting of lists, tuples and dicts."""

CONTAINERS = 250_000
"""Lists, tuples, dicts and arrays in one frame."""

DICT_ITEMS = 1_000
"""Items of one dict; low, because keys can be chosen so that their hashes collide."""

FRAME_DICT_ITEMS = 20_000
"""Items of all dicts in one frame."""

KEY_LENGTH = 8
"""Parts of a tuple that is a key of a dict."""

CALLBACK_BLOB_BYTES = 16 * 2**20
"""The numbers of all arrays in the arguments of one call to a check's function."""

INT_BYTES = 512
"""One integer."""

ITERATION = 100_000
"""Items taken from an iterator of the student's."""

CALLBACK_DEPTH = 8
"""Calls from the student's code into a check's function, one inside another."""

DEEDS = 16
"""Calls and assignments of a check that are remembered for messages."""

CALLBACKS = 100_000
"""Calls into check functions during one request."""

TEXT = 2_000
"""Characters kept of an exception's message."""

SOURCE = 200
"""Characters kept of a line of the student's, and of the marks below it."""

FRAMES = 20
"""Frames kept of a traceback."""

NOTES = 20
"""Notes kept of an import."""

TEXT_FILE_BYTES = 256 * 2**10
"""A text file of the student's that a check reads."""

TABLE_FILE_BYTES = 8 * 2**20
"""A CSV file of the student's that a check reads."""

TABLE_ROWS = 10_000
"""Rows of numbers in it."""

TABLE_COLUMNS = 200
"""Columns in it."""

ARRAYS_FILE_BYTES = 8 * 2**20
"""An .npz file of the student's that a check reads."""

PICTURE_FILE_BYTES = 8 * 2**20
"""A picture of the student's whose size a check asks for."""

DEFERRED_BYTES = 2**16
"""All operations together that wait for the next request; what is larger is not put off."""

MEMFD_BYTES = 2**20
"""Arrays at least this large go to the student in a sealed memory file instead of the stream."""
