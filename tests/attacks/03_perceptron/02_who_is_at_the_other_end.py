# /// attack
# lines = [2, 43]
# tries = "Asks the channel who is at its other end, and for a descriptor of that process."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 4
# ///
import gc
import socket

_channel = next(one for one in gc.get_objects() if type(one) is socket.socket)

# SO_PEERCRED, SO_PEERSEC, SO_PEERGROUPS, SO_PEERPIDFD
for _option in (17, 31, 59, 77):
    attempt(f"option {_option}", _channel.getsockopt, socket.SOL_SOCKET, _option, 64)
