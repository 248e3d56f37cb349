"""Reasons why something did not cross or was not allowed: closed lists, so a submission cannot choose the words."""

from autograder.channel import limits

UNSENDABLE = {
    "depth": f"nested more than {limits.DEPTH} levels deep",
    "parts": "made of too many parts",
    "size": "too large to be handed over",
    "dict": f"a dict of more than {limits.DICT_ITEMS} items",
    "integer": f"an integer of more than {limits.INT_BYTES} bytes",
    "sparse": "a tensor that is not dense",
    "axes": f"a tensor of more than {limits.AXES} axes",
}

UNREADABLE = {
    "missing": "is missing",
    "file": "cannot be read",
    "encoding": "is not UTF-8 text",
    "long text": f"is larger than {limits.TEXT_FILE_BYTES // 2**10} KiB",
    "long table": f"is larger than {limits.TABLE_FILE_BYTES // 2**20} MiB",
    "large archive": f"is larger than {limits.ARRAYS_FILE_BYTES // 2**20} MiB",
    "large picture": f"is larger than {limits.PICTURE_FILE_BYTES // 2**20} MiB",
    "header": "does not begin with the names of its columns, all different",
    "columns": f"has more than {limits.TABLE_COLUMNS} columns",
    "rows": f"has more than {limits.TABLE_ROWS:,} rows",
    "cells": "has a row with more or fewer cells than there are columns",
    "number": "has a cell that is not a number",
    "table": "cannot be read as a table",
    "objects": "holds Python objects",
    "archive": "is not an .npz file of arrays",
    "picture": "is not a whole PNG picture",
}
"""Faults of a student's file, in words; the file's name comes before."""

FORBIDDEN = {
    "import": "importing a library that this assignment does not allow",
    "read": "opening a file outside the submission",
    "write": "writing a file outside the working folder, the only place where your code may write",
    "list": "listing a folder outside the submission",
    "change": "changing files outside the working folder, the only place where your code may write",
    "mode": "changing a file's permissions, owner, dates or attributes",
    "process": "starting another process",
    "program": "starting another program",
    "signal": "sending a signal",
    "network": "using the network",
    "other": "something that the sandbox does not allow",
}
