# /// attack
# lines = [22]
# tries = "Computes for ever at import: one wait for all checks, not one each."
# on = "nothing"
# score = 0
# slow = true
# outcomes = { "1.1" = "timed out", "3.4" = "timed out" }
# ///
while True:
    pass
