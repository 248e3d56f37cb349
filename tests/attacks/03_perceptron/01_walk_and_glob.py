# /// attack
# lines = [1]
# tries = "Walks up from its own file, globs for checks, and walks the whole disk for their names."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 2
# control = true
# ///
import glob
import os
import time

_wanted = "".join(("test_", "hidden"))


def _up():
    found = []
    folder = os.path.dirname(os.path.abspath(__file__))
    while os.path.dirname(folder) != "/":
        folder = os.path.dirname(folder)
        found += glob.glob(f"{folder}/**/{_wanted}*", recursive=True)
        found += glob.glob(f"{folder}/*/tests/hidden/*/*")
    return _read(found)


def _down():
    end = time.process_time() + 0.3
    found = []
    for folder, _, files in os.walk(BASE):
        found += [os.path.join(folder, file) for file in files if _wanted in file or file.endswith("_secret")]
        if time.process_time() > end:
            break
    return _read(found)


def _read(paths):
    return [content(path) for path in paths]


look("up from the own file", _up)
look("down from the course", _down)
