# /// attack
# lines = [31]
# tries = "Hands in the stub as it was."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "not attempted", "3.4" = "not attempted" }
# says = "Not attempted yet"
# ///
