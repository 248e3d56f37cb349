# /// attack
# lines = [12]
# tries = "Calls sys.exit(0) at import."
# on = "nothing"
# score = 0
# outcomes = { "1.1" = "error in the submission", "3.4" = "error in the submission" }
# says = "was skipped: SystemExit"
# ///
import sys

sys.exit(0)
