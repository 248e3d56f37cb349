# /// attack
# lines = [33]
# tries = "Shows progress with tqdm, which this assignment does not allow: one clear sentence."
# score = 0
# on = "nothing"
# outcomes = { "1.1" = "error in the submission" }
# says = "ForbiddenImport: 'tqdm' may not be used here"
# ///
from tqdm import tqdm  # noqa: F401
