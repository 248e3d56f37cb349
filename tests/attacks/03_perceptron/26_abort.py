# /// attack
# lines = [26]
# tries = "Aborts, and would leave a core file."
# score = 18
# outcomes = { "1.2" = "crashed" }
# says = "SIGABRT"
# ///
import os
import resource


def neuron(x, w, b, f):
    print(resource.getrlimit(resource.RLIMIT_CORE))
    os.abort()
