# /// attack
# lines = [22]
# tries = "Computes for ever in one function, with every signal ignored."
# score = 18
# outcomes = { "1.2" = "timed out", "1.1" = "passed" }
# ///
import signal

for _number in range(1, 65):
    try:
        signal.signal(_number, signal.SIG_IGN)
    except (OSError, ValueError):
        continue


def neuron(x, w, b, f):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
