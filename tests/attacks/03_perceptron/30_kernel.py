# /// attack
# lines = [30]
# tries = "Namespaces, mounts, chroot, bpf, io_uring, userfaultfd, keys, perf, handles, and undoing the layers themselves."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 22
# ///
import os

attempt("a user namespace", system_call, "unshare", 0x10000000)
attempt("a mount namespace", system_call, "unshare", 0x00020000)
attempt("another's namespace", system_call, "setns", 0, 0)
attempt("clone into namespaces", system_call, "clone", 0x10000000 | 17, 0, 0, 0, 0)
attempt("mount", system_call, "mount", b"none", b"/tmp", b"tmpfs", 0, 0)
attempt("mount the new way", system_call, "fsopen", b"tmpfs", 0)
attempt("copy a mount", system_call, "open_tree", -100, b"/", 1)
attempt("chroot", os.chroot, "/")
attempt("bpf", system_call, "bpf", 0, 0, 0)
attempt("io_uring", system_call, "io_uring_setup", 1, 0)
attempt("userfaultfd", system_call, "userfaultfd", 0)
attempt("perf", system_call, "perf_event_open", 0, 0, -1, -1, 0)
attempt("a file by its handle", system_call, "open_by_handle_at", -100, 0, 0)
attempt("watch files", system_call, "inotify_init1", 0)
attempt("another personality", system_call, "personality", 0x0040000)
attempt("undo the filter", system_call, "seccomp", 1, 0, 0)
attempt("undo Landlock", system_call, "add_rule", 0, 1, 0, 0)
attempt("be inspected", system_call, "prctl", 4, 1, 0, 0, 0)
attempt("capabilities", system_call, "capset", 0, 0)
attempt("become root", os.setresuid, 0, 0, 0)
attempt("join groups", os.setgroups, [0])
attempt("raise limits", system_call, "prlimit64", 0, 9, b"\xff" * 16, 0)
