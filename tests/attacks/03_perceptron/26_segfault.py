# /// attack
# lines = [26]
# tries = "Reads from address 0."
# score = 18
# outcomes = { "1.2" = "crashed" }
# says = "SIGSEGV"
# ///
import ctypes


def neuron(x, w, b, f):
    return ctypes.string_at(0)
