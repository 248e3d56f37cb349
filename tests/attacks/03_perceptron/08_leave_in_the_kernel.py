# /// attack
# lines = [8]
# tries = "Leaves shared memory, semaphores, message queues and keys in the kernel for the next student."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 8
# control = true
# ///
import os

_CREATE = 0o1666
attempt("shared memory", system_call, "shmget", KEY, 4096, _CREATE)
attempt("semaphores", system_call, "semget", KEY, 1, _CREATE)
attempt("message queue", system_call, "msgget", KEY, _CREATE)
attempt("message queue with a name", system_call, "mq_open", MARK.encode(), os.O_CREAT | os.O_RDWR, 0o666, 0)
attempt("key", system_call, "add_key", b"user", MARK.encode(), b"answer", 6, -5)
attempt("find a key", system_call, "keyctl", 0, -5, 1)
attempt("join a key ring", system_call, "keyctl", 1, MARK.encode())
attempt("memory without a name", system_call, "memfd_create", MARK.encode(), 0)
