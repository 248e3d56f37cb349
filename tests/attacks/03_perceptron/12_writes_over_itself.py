# /// attack
# lines = [12, 8]
# tries = "Writes another perceptron.py over its own, and modules of the engine and of NumPy beside it, for later processes."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 7
# ///
import glob
import sys

OTHER = "import os\nprint('ATTACK attempts=1 breached=[it ran] broken=[]', flush=True)\nos._exit(0)\n"


def _write(name):
    with open(name, "w") as file:
        file.write(OTHER)


for _name in ("perceptron.py", "numpy.py", "autograder.py", "sitecustomize.py", "random.py", "msgpack.py"):
    leave(f"writes {_name}", _write, _name)
look("looks for what another process has left", lambda: [name for name in glob.glob("**", recursive=True) if name == "left"])
with open("left", "w") as _file:
    _file.write("x")
sys.modules.pop("random", None)
import random as _random  # noqa: E402

_random.random()
