# /// attack
# lines = [16, 11, 1]
# tries = "Puts links into the folder where it may write: to the checks, the results, the ledger; and second names, pipes."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 8
# ///
import os as _system


def _through(place):
    name = f"link{abs(hash(place))}"
    _system.symlink(place, name)
    return content(name)


def _listed(place):
    name = f"folder{abs(hash(place))}"
    _system.symlink(place, name)
    return _system.listdir(name)


def _second_name(place):
    _system.link(place, "second")


attempt_landlock("reads a hidden check through a link", _through, f"{HIDDEN}/test_hidden_perceptron.py")
attempt_landlock("reads the reference through a link", _through, f"{SOLUTION}/perceptron.py")
attempt_landlock("lists the results through a link", _listed, OUTPUT)
attempt_landlock("lists the class through a link", _listed, CLASS)
attempt_landlock("writes a result through a link", lambda: open("link", "w") if not _system.symlink(f"{OUTPUT}/results/x.json", "link") else None)
attempt_landlock("gives the reference a second name", _second_name, f"{SOLUTION}/perceptron.py")
attempt_landlock("moves its folder's content out", _system.rename, "perceptron.py", "../perceptron.py")
attempt("makes a pipe with a name", _system.mkfifo, "pipe")
