# /// attack
# lines = [5, 11, 29, 30]
# tries = "Reads, writes, shares and connects with PyTorch's own means: load, save, shared memory, distributed, compilers."
# score = 38
# outcomes = { "1.2" = "wrong answer" }
# attempts = 6
# ///
import os

_target = f"{HIDDEN}/test_hidden_autograd.py"


def _refused(action):
    """PyTorch wraps what the kernel refuses in errors of its own."""
    try:
        return action()
    except RuntimeError as error:
        words = ("ermission", "not permitted", "Cannot open", "cannot be opened", "open", "unable", "ocket", "does not exist")
        if any(word in str(error) for word in words):
            raise PermissionError(1, str(error)) from error
        raise


def _connect():
    import torch.distributed

    torch.distributed.TCPStore("127.0.0.1", PORT, is_master=True, wait_for_workers=False)


attempt("read as a tensor", _refused, lambda: torch.from_file(_target, size=10, dtype=torch.uint8))
attempt("save over a result", _refused, lambda: torch.save(torch.ones(1), f"{OUTPUT}/grades.csv"))
attempt("load the secret", _refused, lambda: torch.load(f"{COURSE}/.course_secret", weights_only=False))
attempt("map the secret", _refused, lambda: torch.UntypedStorage.from_file(f"{COURSE}/.course_secret", True, 8))
attempt_landlock("share memory", _refused, lambda: torch.ones(2**10).share_memory_())
attempt("a store on the network", _refused, _connect)
