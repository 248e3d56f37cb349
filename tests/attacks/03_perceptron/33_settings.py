# /// attack
# lines = [33, 14]
# tries = "Right, and changes global settings: numpy's errors and printing, the locale, the recursion limit, the folder."
# score = 20
# ///
import gc
import locale
import os
import random
import sys

np.seterr(all="raise", under="ignore")
np.set_printoptions(precision=1, threshold=2)
np.random.seed(0)
random.seed(0)
sys.setrecursionlimit(2000)
locale.setlocale(locale.LC_ALL, "C")
os.chdir("/")
gc.disable()
