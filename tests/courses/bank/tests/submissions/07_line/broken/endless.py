# /// submission
# about = "Never returns from a value."
# outcome = "timed out"
#
# [earns]
# "1.1" = 0
# "1.2" = 3
# ///
def slope(p):
    return (p[1][1] - p[0][1]) / (p[1][0] - p[0][0])


class Line:
    def value(self, x):
        while True:
            pass
