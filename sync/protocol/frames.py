"""The line's serializer: every Socket.IO message is one msgpack frame.

Socket.IO's own serializer sends bytes as extra frames after their message. When threads interleave,
one customer can be given another customer's body, so it is not used for anything that carries bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec
from socketio.packet import Packet


class Frame(msgspec.Struct, frozen=True):
    """A Socket.IO packet as it travels."""

    type: int
    nsp: str = "/"
    data: Any = None
    id: int | None = None


_frames = msgspec.msgpack.Decoder(Frame)


class OneFramePacket(Packet):  # type: ignore[misc]  # python-socketio ships no types
    """A packet class for `serializer=` of python-socketio's servers and clients."""

    uses_binary_events = False

    def encode(self) -> bytes:
        """The packet as one frame."""
        frame = Frame(self.packet_type, self.namespace or "/", self.data, self.id)
        return msgspec.msgpack.encode(frame)

    def decode(self, encoded_packet: bytes | str) -> int:
        """Read a frame; text frames are nobody's here. No attachments ever follow."""
        raw = encoded_packet if isinstance(encoded_packet, bytes) else b""
        frame = _frames.decode(raw)
        self.packet_type, self.namespace = frame.type, frame.nsp
        self.data, self.id = frame.data, frame.id
        return 0
