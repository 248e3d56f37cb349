# /// attack
# lines = [8]
# tries = "The other end of 08_leave_files_a (where there is no Landlock, two who are graded at the same time do meet); its own leavings are folders with files that nobody may read."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 10
# ///
import os


def _already_there(path):
    return SECRET if os.path.lexists(path) else ""


def _tree(path):
    os.makedirs(f"{path}/a/b", exist_ok=True)
    os.symlink("/etc", f"{path}/a/link")
    os.close(os.open(f"{path}/a/b/file", os.O_CREAT | os.O_WRONLY, 0o000))


for _place in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", os.path.dirname(os.path.dirname(os.getcwd()))):
    look_landlock(f"something of another in {_place}", _already_there, f"{_place}/{MARK}-a")
    leave(f"leave a tree in {_place}", _tree, f"{_place}/{MARK}-{os.getpid()}")
