# /// attack
# lines = [22, 35]
# tries = "Sleeps for ever, which takes no computing time."
# score = 18
# slow = true
# outcomes = { "1.2" = "timed out" }
# ///
import time


def neuron(x, w, b, f):
    time.sleep(10**6)
