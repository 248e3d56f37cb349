# /// attack
# lines = [8, 24, 41]
# tries = "Leaves a file in a folder inside TMPDIR that anybody may write, as window systems have them."
# score = 20
# ///
import os


def _leave():
    with open(f"{os.environ['HOME']}/../../.X11-unix/{MARK}", "w") as file:
        file.write("left")


leave("a file in an open folder", _leave)
