# /// attack
# lines = [1, 8]
# tries = "Copies from another student: what was handed in, the scratch folder, last week's results."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 6
# control = true
# ///
import os

attempt("list the class", os.listdir, CLASS)
attempt("a neighbour's submission", content, f"{CLASS}/neighbour.py")
attempt("a neighbour's result", content, f"{COURSE}/grades/last-week/results/neighbour.json")
attempt("change a neighbour's submission", lambda: open(f"{CLASS}/neighbour.py", "a").close())
attempt_landlock("list the scratch folders", os.listdir, os.path.dirname(os.path.dirname(os.getcwd())))


def _scratch_of_others():
    own = os.path.dirname(os.getcwd())
    above = os.path.dirname(own)
    for name in os.listdir(above):
        path = f"{above}/{name}/work"
        if name.startswith("student-") and not path.startswith(own):
            return os.listdir(path)
    raise PermissionError(1, "nobody else is here")


attempt("list a neighbour's folder", _scratch_of_others)
