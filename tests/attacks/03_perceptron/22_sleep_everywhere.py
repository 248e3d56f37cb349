# /// attack
# lines = [22, 35]
# tries = "Sleeps in the import and in every function, each time for a little less than is allowed."
# on = "nothing"
# score = 0
# slow = true
# says = "your code waited for more than 240 s in all"
# ///
import time

time.sleep(90)


def slow(*_, **__):
    time.sleep(18)
    return 0


step = neuron = boundary = mistakes_on_xor = draw_gate = slow


class Perceptron:
    def __init__(self, n):
        slow()
