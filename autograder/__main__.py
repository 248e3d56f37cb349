"""`python -m autograder`."""

import os
import sys

if sys.path[0] == os.getcwd():  # put there by `-m`; submissions may lie in it
    del sys.path[0]

from autograder.cli import main

main()
