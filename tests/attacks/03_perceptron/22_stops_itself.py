# /// attack
# lines = [22, 28]
# tries = "Stops itself with SIGSTOP, so that it can neither answer nor end."
# score = 18
# slow = true
# outcomes = { "1.2" = "timed out" }
# ///
import os
import signal


def neuron(x, w, b, f):
    os.kill(os.getpid(), signal.SIGSTOP)
