"""Hold the spare uid until this process is killed: holds_a_uid.py UID"""

import sys
import time

from autograder.sandbox import spare_uids

spare_uids.SPARE = range(int(sys.argv[1]), int(sys.argv[1]) + 1)
with spare_uids.spare_uid() as uid:
    print(uid, flush=True)
    time.sleep(60)
