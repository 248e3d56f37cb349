# /// attack
# lines = [8]
# tries = "Leaves notes in builtins, numpy and the engine's own modules for the next group of checks, and looks for them."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 5
# ///
import builtins
import os
import sys

import numpy


def _note_in(place):
    left = getattr(place, "left_by", None)
    place.left_by = os.getpid()
    return SECRET if left not in (None, os.getpid()) else ""


for _place in (builtins, numpy, numpy.random, sys, sys.modules["autograder.student.server"]):
    look(f"a note in {_place.__name__}", _note_in, _place)
