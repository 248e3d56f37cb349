# /// attack
# lines = [24]
# tries = "Makes sparse files of a terabyte, by seeking, by ftruncate and by fallocate."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 3
# ///
import errno
import os
import signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
_TOO_LARGE = (errno.EFBIG, errno.EPERM)


def _file():
    return os.open(f"{os.environ['HOME']}/sparse", os.O_CREAT | os.O_RDWR, 0o600)


attempt("seek and write", lambda: os.pwrite(_file(), b"x", 2**40), refused=_TOO_LARGE)
attempt("ftruncate", lambda: os.ftruncate(_file(), 2**40), refused=_TOO_LARGE)
attempt("fallocate", lambda: os.posix_fallocate(_file(), 0, 2**40), refused=_TOO_LARGE)
