# /// attack
# lines = [29]
# tries = "Opens TCP, UDP, DNS, Unix, netlink, raw, packet and vsock sockets, and reaches a listener of the runner's."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 11
# control = true
# ///
import errno
import os
import socket
import urllib.request

_DNS = (*REFUSED, socket.EAI_AGAIN, socket.EAI_NONAME, socket.EAI_FAIL, socket.EAI_SYSTEM)
attempt("a listener of this machine", socket.create_connection, ("127.0.0.1", PORT))
attempt("UDP", socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
attempt("TCP over IPv6", socket.socket, socket.AF_INET6)
attempt("a name", socket.getaddrinfo, "example.org", 80, refused=_DNS)
attempt("Unix", socket.socket, socket.AF_UNIX)
attempt("Unix pair", socket.socketpair)
attempt("netlink", socket.socket, socket.AF_NETLINK, socket.SOCK_RAW)
attempt("packets", socket.socket, socket.AF_PACKET, socket.SOCK_RAW)
attempt("vsock", system_call, "socket", 40, 1, 0)
attempt("the kernel's ciphers", system_call, "socket", 38, 5, 0)


def _web():
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}", timeout=1)
    except OSError as error:
        raise getattr(error, "reason", error) from None


attempt("the web", _web)
