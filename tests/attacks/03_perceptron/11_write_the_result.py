# /// attack
# lines = [11]
# tries = "Writes, replaces, empties, links, removes and opens up its own result, the grade book and last week's results."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 12
# control = true
# ///
import errno
import os

# In the first second the result folder may not be there yet: then nobody can write into it either.
_NOT_YET = (*REFUSED, errno.ENOENT)
_result = f"{OUTPUT}/results/11_write_the_result.json"
_old = f"{COURSE}/grades/last-week/results/neighbour.json"


def _write(path):
    with open(path, "w") as file:
        file.write('{"score": 20}')


attempt("write the own result", _write, _result, refused=_NOT_YET)
attempt("write the grade book", _write, f"{OUTPUT}/grades.csv", refused=_NOT_YET)
attempt("write a page", _write, f"{OUTPUT}/report/{MARK}.html", refused=_NOT_YET)
attempt("make the result folder first", os.makedirs, f"{OUTPUT}/results/{MARK}", refused=_NOT_YET)
attempt("change an old result", _write, _old)
attempt("replace an old result", os.replace, __file__, _old)
attempt("empty an old result", os.truncate, _old, 0)
attempt("link to an old result", os.symlink, "/dev/null", f"{_old}.json")
attempt("open up an old result", os.chmod, _old, 0o777)
attempt("open up the old results", os.chmod, os.path.dirname(_old), 0o777)
attempt("date an old result", os.utime, _old)
attempt("remove an old result", os.unlink, _old)
