# /// submission
# about = "Written in one line."
# earns = "everything"
# ///
"""Lines, by Ada."""


def slope(p):
    return (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])


class Line:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def value(self, x):
        return self.w * x + self.b
