# /// attack
# lines = [22]
# tries = "Computes for ever at import and does nothing else: one wait for all checks, not one each."
# on = "nothing"
# score = 0
# slow = true
# outcomes = { "1.1" = "error in the submission", "3.4" = "error in the submission" }
# says = "this line used that up"
# ///
while True:
    pass
