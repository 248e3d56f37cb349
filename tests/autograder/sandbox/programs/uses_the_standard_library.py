import asyncio, csv, ctypes, datetime, getpass, hashlib, json, linecache, lzma, mimetypes, multiprocessing
import sqlite3, ssl, tempfile, traceback, unittest, zoneinfo
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.getcwd())
import perceptron

answer["own module"] = perceptron.ANSWER
with ThreadPoolExecutor(4) as pool:
    answer["threads"] = list(pool.map(abs, range(-3, 0)))
with tempfile.TemporaryDirectory() as folder, open(folder + "/x", "w") as file:
    file.write("x")
    answer["temporary"] = os.path.dirname(folder) == plan.home
answer["user"] = getpass.getuser()
answer["zone"] = str(zoneinfo.ZoneInfo("Europe/Berlin"))
answer["encoding"] = "ü".encode("idna").decode()
answer["null"] = open("/dev/null", "w").write("gone")
answer["source"] = bool(linecache.getline(json.__file__, 1))
answer["status"] = open("/proc/self/status").readline().startswith("Name:")
answer["processors"] = "processor" in open("/proc/cpuinfo").read() or "CPU" in open("/proc/cpuinfo").read()
answer["affinity"] = os.sched_setaffinity(0, os.sched_getaffinity(0))
