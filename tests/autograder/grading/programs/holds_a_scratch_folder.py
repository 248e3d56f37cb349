"""Hold a scratch folder until this process is killed."""

import time
from autograder.sandbox.own_folders import own_folder

with own_folder() as folder:
    (folder / "inside").mkdir()
    print(folder, flush=True)
    time.sleep(60)
