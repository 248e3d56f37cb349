# /// attack
# lines = [30]
# tries = "chmod, chown, utime, setxattr, truncate, links and mq_open on the secret, and on files of its own."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 12
# ///
import os

_secret = f"{COURSE}/.course_secret"
for _path in (_secret, __file__):
    attempt(f"mode of {_path}", os.chmod, _path, 0o777)
    attempt(f"owner of {_path}", os.chown, _path, os.getuid(), -1)
    attempt(f"times of {_path}", os.utime, _path)
    attempt(f"attribute of {_path}", os.setxattr, _path, "user.note", b"x")
    attempt(f"length of {_path}", os.truncate, _path, 0)
attempt("a queue with a name", system_call, "mq_open", MARK.encode(), os.O_CREAT | os.O_RDWR, 0o666, 0)
attempt("a device", os.mknod, f"{os.environ['HOME']}/device", 0o600 | 0o020000, os.makedev(1, 1))
