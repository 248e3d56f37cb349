# /// attack
# lines = [4]
# tries = "Looks for an inherited descriptor of the grader's: anything but the three streams and the channel."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 3
# ///
import os
import stat


def _open_ones():
    found = []
    for number in range(1024):
        try:
            found.append((number, stat.S_IFMT(os.fstat(number).st_mode), os.readlink(f"/proc/self/fd/{number}")))
        except OSError:
            continue
    return found


def _strangers():
    sockets = [entry for entry in _open_ones() if entry[1] == stat.S_IFSOCK]
    files = [e for e in _open_ones() if e[0] > 2 and e[1] != stat.S_IFSOCK and not e[2].startswith(os.getcwd())]
    return f"{SECRET} {sockets} {files}" if len(sockets) != 1 or files else ""


def _reopened():
    """The grader's end of the output, opened to read what others print."""
    return os.read(os.open("/proc/self/fd/1", os.O_RDONLY | os.O_NONBLOCK), 100)


def _nothing():
    raise PermissionError(1, "it is empty")


look("others than the streams and the channel", _strangers)
attempt("read from the standard input", lambda: os.read(0, 1) or _nothing())
look("read what was printed", _reopened)
