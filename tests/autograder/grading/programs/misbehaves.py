import ctypes, os, signal, sys, threading, time
import numpy as np


def right():
    return 4


def exit_now(status=0):
    os._exit(status)


def loop():
    while True:
        pass


def loop_over(function):
    while True:
        function()


def deaf_loop():
    for number in range(1, 64):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    loop()


def sleep():
    time.sleep(1000)


def allocate():
    return np.ones(10 * 2**30 // 8).sum()


def hoard():
    kept = []
    while True:
        kept.append(bytearray(10**6))


def segfault():
    ctypes.string_at(0)


def abort():
    os.abort()


def recurse():
    return recurse()


def flood(stream):
    while True:
        print("x" * 4096, file=getattr(sys, stream))


def chatter():
    for number in range(20000):
        print("epoch", number)
    return 4


def find_channel():
    import socket

    for number in range(3, 64):
        try:
            return socket.socket(fileno=number)
        except OSError:
            pass


def write(data):
    find_channel().sendall(data)
    return 4


def close():
    find_channel().close()
    time.sleep(1000)


def later(data):
    channel = find_channel()
    threading.Timer(0.05, channel.sendall, (data,)).start()
    return 4


def fork():
    os.fork()


def execute():
    os.execv("/bin/true", ["true"])


def network():
    import socket

    socket.create_connection(("127.0.0.1", 9))


def read(path):
    return open(path).read()


def write_file(name, size):
    with open(name, "wb") as file:
        file.write(b"x" * size)
    return 4


def threads():
    results = []
    workers = [threading.Thread(target=results.append, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(results)


def question():
    return input("?")


def pool():
    import multiprocessing

    multiprocessing.get_context("fork").Queue()


def wrapped():
    try:
        os.execv("/bin/true", ["true"])
    except OSError as error:
        raise RuntimeError("the compiler failed") from error


def identity():
    return os.getpid()


def environment():
    return dict(os.environ)
