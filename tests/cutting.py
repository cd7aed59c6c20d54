"""A TCP proxy that cuts every connection when it is told to: the network between a client and its broker."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading


class CuttingProxy:
    """``with CuttingProxy() as proxy: proxy.to(address); … proxy.cut()``. Clients may connect again at once."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._target = ("", 0)
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._commands: list[str] = []
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._loop, name="cutting-proxy", daemon=True)
        self.cuts = 0

    def to(self, address: str) -> None:
        host, _, port = address.partition(":")
        self._target = (host, int(port))

    def cut(self) -> None:
        self._say("cut")

    def __enter__(self) -> CuttingProxy:
        for one in (self._listener, self._woken):
            self._selector.register(one, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._say("end")
        self._thread.join()
        for one in (self._listener, self._wake, self._woken):
            one.close()

    def _say(self, command: str) -> None:
        self._commands.append(command)
        self._wake.send(b".")

    def _loop(self) -> None:
        while True:
            for key, _ in self._selector.select():
                one = key.fileobj
                assert isinstance(one, socket.socket)
                if one is self._listener:
                    self._connect()
                elif one is self._woken:
                    one.recv(1)
                    command = self._commands.pop(0)
                    self._cut_all()
                    if command == "end":
                        return
                elif one in self._pairs:
                    self._pass_on(one)

    def _connect(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        self._pairs |= {client: server, server: client}
        for one in (client, server):
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        try:
            data = one.recv(1 << 18)
            if data:
                self._pairs[one].sendall(data)
                return
        except OSError:
            pass
        self._close(one)

    def _close(self, one: socket.socket) -> None:
        for side in (one, self._pairs.pop(one)):
            self._pairs.pop(side, None)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(side)
            side.close()

    def _cut_all(self) -> None:
        self.cuts += bool(self._pairs)
        while self._pairs:
            self._close(next(iter(self._pairs)))
