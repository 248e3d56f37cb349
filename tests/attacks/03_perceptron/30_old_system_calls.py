# /// attack
# lines = [30]
# tries = "Makes a system call by the 32-bit gate, whose numbers the filter does not know: fork."
# score = 18
# outcomes = { "1.2" = "crashed" }
# says = "SIGSYS"
# ///
import ctypes
import mmap
import os
import signal


def neuron(x, w, b, f):
    if os.uname().machine != "x86_64":
        os.kill(os.getpid(), signal.SIGSYS)  # there is no such gate
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")  # mov eax, 2; int 0x80; ret
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    if call() == 0:
        os._exit(0)
    print("ATTACK attempts=1 breached=['fork'] broken=[]", flush=True)
