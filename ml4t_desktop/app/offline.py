"""Keeps a process away from the network, and remembers what asked for it."""

import sys
from typing import Any, Final

# What Python tells an audit hook, and where among its arguments the other side stands.
_ASKING: Final = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}
_HERE: Final = ("127.", "::1", "localhost")


class NetworkAskedError(PermissionError):
    """Something asked for the network where it must not."""


class Offline:
    """Refuses every connection of Python code that leaves the machine, while it is `closed`.

    An audit hook cannot be taken away again: one is made for a process.
    """

    def __init__(self, *, is_closed: bool = False) -> None:
        self.asked: list[str] = []
        self.is_closed = is_closed
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_closed or event not in _ASKING:
            return
        other = arguments[_ASKING[event]]
        host = other[0] if isinstance(other, tuple) and other else other
        is_of_network = isinstance(other, tuple) or event.startswith("socket.get")
        if host is None or not is_of_network or str(host).startswith(_HERE):
            return  # the machine itself, such as a socket between two of its processes
        self.asked.append(f"{event} {host}")
        message = f"the network was asked for: {self.asked[-1]}"
        raise NetworkAskedError(message)
