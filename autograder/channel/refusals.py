"""Why something did not cross or was not allowed: closed lists, so that a submission can choose no words of its own."""

from autograder.channel import limits

UNSENDABLE = {
    "depth": f"nested more than {limits.DEPTH} levels deep",
    "parts": "made of too many parts",
    "size": "larger than may be handed over",
    "dict": f"a dict of more than {limits.DICT_ITEMS} items",
    "integer": f"an integer of more than {limits.INT_BYTES} bytes",
    "sparse": "a tensor that is not dense",
}

FORBIDDEN = {
    "import": "importing a library that this assignment does not allow",
    "read": "opening a file outside the submission",
    "write": "writing a file, which this task does not need",
    "list": "listing a folder outside the submission",
    "change": "changing files",
    "mode": "changing a file's permissions, owner, dates or attributes",
    "process": "starting another process",
    "program": "starting another program",
    "signal": "sending a signal",
    "network": "using the network",
    "other": "something that the sandbox does not allow",
}
