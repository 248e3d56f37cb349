# /// attack
# lines = [15]
# tries = "Writes half a header and hangs up; announces a megabyte and hangs up; closes the channel and runs on."
# score = 9
# outcomes = { "1.1" = "protocol failure", "1.2" = "crashed", "2.1" = "protocol failure" }
# ///
import os
import stat
import struct
import time


def _channel():
    return next(n for n in range(3, 256) if _is_socket(n))


def _is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


_predict = Perceptron.predict


def step(z):
    os.write(_channel(), b"CHR1\x02\x00")
    os.close(_channel())
    time.sleep(1.5)


def neuron(x, w, b, f):
    os.write(_channel(), struct.pack("!4sBBIIQ", b"CHR1", 2, 0, 1, 2**20, 0) + b"x" * 100)
    os._exit(0)


def predict(self, X):
    os.close(_channel())
    time.sleep(1.5)


Perceptron.predict = predict
