# /// attack
# lines = [1, 8, 11]
# tries = "Where a task may write files and run as a program: still reaches nothing outside, and leaves nothing."
# score = 38
# outcomes = { "5.3" = "wrong answer" }
# attempts = 7
# ///
import os

attempt("the hidden checks", os.listdir, HIDDEN)
attempt("the course's secret", content, f"{COURSE}/.course_secret")
attempt("the own result", os.makedirs, f"{OUTPUT}/{MARK}", refused=(*REFUSED, 2))
attempt("open up the own folder", os.chmod, os.getcwd(), 0o777)
look("something of another group", lambda: SECRET if os.path.lexists(MARK) else "")
leave("leave something beside the module", lambda: open(MARK, "x").close())
leave("leave a link", lambda: os.symlink("/etc", f"{MARK}-link"))
predict = report
