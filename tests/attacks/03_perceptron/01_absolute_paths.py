# /// attack
# lines = [1]
# tries = "Opens and lists the hidden checks, the reference, the bank and the course's secret by absolute path."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 10
# control = true
# ///
import os

for folder in (HIDDEN, SOLUTION, BANK, COURSE):
    attempt(f"list {folder}", os.listdir, folder)
attempt("a hidden check", content, f"{HIDDEN}/test_hidden_perceptron.py")
attempt("the reference", content, f"{SOLUTION}/perceptron.py")
attempt("a known-wrong submission", content, f"{BANK}/broken/exit_zero.py")
attempt("the course's secret", content, f"{COURSE}/.course_secret")
attempt("a public check", content, f"{COURSE}/assignments/{NAME}/test_perceptron.py")
attempt("the engine's own checks of answers", content, f"{BASE}/engine/autograder/expect.py") if LANDLOCK else look(
    "the engine's own checks of answers", content, f"{BASE}/engine/autograder/expect.py"
)
