# /// attack
# lines = [6]
# tries = "Asks the C library and /proc for variables that the grader's own environment holds."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 3
# ///
import ctypes
import os

_library = ctypes.CDLL(None)
_library.getenv.restype = ctypes.c_char_p


def _all_of_the_c_library():
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(_library, "environ")
    found, number = [], 0
    while block and block[number]:
        found.append(block[number])
        number += 1
    return found


look("one variable", lambda: (_library.getenv(b"A_SECRET"), os.environ.get("A_SECRET")))
look("the C library's block", _all_of_the_c_library)
look("what the process was started with", content, "/proc/self/environ")
