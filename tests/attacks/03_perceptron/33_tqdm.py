# /// attack
# lines = [33]
# tries = "Shows progress with tqdm, which this assignment does not allow: one clear sentence."
# score = 0
# on = "nothing"
# outcomes = { "1.1" = "forbidden" }
# says = "importing a library that this assignment does not allow"
# ///
from tqdm import tqdm  # noqa: F401
