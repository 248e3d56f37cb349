# /// attack
# lines = [8]
# tries = "Leaves files where anybody may write, for the next group of checks and for the next student (08_leave_files_b)."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 16
# control = true
# ///
import os

_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue", os.path.dirname(os.path.dirname(os.getcwd())))


def _already_there(path):
    return SECRET if os.path.lexists(path) else ""


for _place in (*_PLACES, os.environ["HOME"], os.getcwd()):
    look(f"something of another in {_place}", _already_there, f"{_place}/{MARK}-a")
    leave(f"leave something in {_place}", lambda place=_place: open(f"{place}/{MARK}-a", "x").close())
