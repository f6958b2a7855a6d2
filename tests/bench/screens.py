"""Screens that only listen: real WebSocket clients in one loop, the same for a floor and for the product.

They speak as much of Engine.IO 4 and Socket.IO 5 over RFC 6455 as listening needs: a handshake, pongs, text frames.
"""

import base64
import json
import os
import selectors
import socket
import time
from collections.abc import Mapping
from typing import Any

PATH = "/socket.io/?EIO=4&transport=websocket"
NAMESPACE = "/live"
MOST_SECONDS = 20.0


class Screen:
    """One open socket and what it has not read yet."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=MOST_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""
        self._shake_hands(port, headers)

    def texts(self) -> list[str]:
        """What came since the last time; pings are answered."""
        if not (piece := self.socket.recv(65536)):
            raise RuntimeError("the server hung up")
        self._unread += piece
        found = []
        while (text := self._frame()) is not None:
            if text == "2":
                self.send("3")
            else:
                found.append(text)
        return found

    def send(self, text: str) -> None:
        """One masked text frame of at most 125 bytes, or a little more."""
        raw, mask = text.encode(), b"\0\0\0\0"
        size = (
            bytes([0x80 | len(raw)]) if len(raw) < 126 else b"\xfe" + len(raw).to_bytes(2, "big")
        )
        self.socket.sendall(b"\x81" + size + mask + raw)

    def wait_for(self, start: str) -> str:
        """The first text that begins so."""
        while True:
            for text in self.texts():
                if text.startswith(start):
                    return text

    def _frame(self) -> str | None:
        if len(self._unread) < 2:
            return None
        size, begin = self._unread[1], 2
        if size >= 126:
            begin += 2 if size == 126 else 8
            size = int.from_bytes(self._unread[2:begin], "big")
        if len(self._unread) < begin + size:
            return None
        text = self._unread[begin : begin + size].decode()
        self._unread = self._unread[begin + size :]
        return text

    def _shake_hands(self, port: int, headers: Mapping[str, str]) -> None:
        asked = {
            "Host": f"127.0.0.1:{port}",
            "Origin": f"http://127.0.0.1:{port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        self.socket.sendall(f"GET {PATH} HTTP/1.1\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self._unread:
            if not (piece := self.socket.recv(4096)):
                raise RuntimeError("the server hung up")
            self._unread += piece
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        if b" 101 " not in head:
            raise RuntimeError(head.decode(errors="replace"))


class Screens:
    """So many screens that hear the same."""

    def __init__(self, port: int, count: int, headers: Mapping[str, str] | None = None) -> None:
        self._all: list[Screen] = []
        self._selector = selectors.DefaultSelector()
        for _ in range(count):
            screen = Screen(port, headers or {})
            screen.send(f"40{NAMESPACE},")
            screen.wait_for(f"40{NAMESPACE},")
            self._all.append(screen)
            self._selector.register(screen.socket, selectors.EVENT_READ, screen)

    def ask(self, name: str, body: Mapping[str, Any]) -> None:
        """Every screen emits this and waits for the answer."""
        for screen in self._all:
            screen.send(f"42{NAMESPACE},0{json.dumps([name, body])}")
            screen.wait_for(f"43{NAMESPACE},0")

    def last_of(self, mark: str) -> tuple[float, str]:
        """When the last of them has a text with `mark` in it (perf_counter), and that text."""
        waiting, deadline, found = set(self._all), time.perf_counter() + MOST_SECONDS, ""
        while waiting:
            if time.perf_counter() > deadline:
                raise RuntimeError(f"{len(waiting)} screens never heard {mark}")
            for key, _ in self._selector.select(1.0):
                for text in key.data.texts():
                    if mark in text:
                        waiting.discard(key.data)
                        found = text
        return time.perf_counter(), found

    def close(self) -> None:
        """Hang up."""
        self._selector.close()
        for screen in self._all:
            screen.socket.close()
