# /// attack
# lines = [26]
# tries = "Recurses without end, the limit raised."
# score = 18
# outcomes = { "1.2" = "crashed" }
# says = "SIGSEGV"
# ///
import sys


class _Endless:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def neuron(x, w, b, f):
    sys.setrecursionlimit(10**9)
    value = ()
    for _ in range(10**6):
        value = (value,)
    return hash(value)
