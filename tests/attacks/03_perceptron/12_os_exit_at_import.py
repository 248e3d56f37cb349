# /// attack
# lines = [12]
# tries = "Ends its process with status 0 at import, before any check."
# on = "nothing"
# score = 0
# outcomes = { "1.1" = "crashed", "3.4" = "crashed" }
# ///
import os

os._exit(0)
