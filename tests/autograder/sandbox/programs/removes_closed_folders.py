"""Remove folders that nobody may enter: removes_closed_folders.py FOLDER"""

import os, sys
from autograder.sandbox.cleanup import remove_tree

os.chdir(sys.argv[1])
os.makedirs("scratch/a/b/c")
open("scratch/a/b/file", "w").close()
for folder in ("scratch/a/b/c", "scratch/a/b", "scratch/a", "scratch"):
    os.chmod(folder, 0)
remove_tree("scratch")
print(os.path.lexists("scratch"))
