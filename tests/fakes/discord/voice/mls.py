"""The little of MLS (RFC 9420) that a voice server takes part in: it proposes members, who do all else.

DAVE knows the server as an external sender. Its words are Add proposals, signed with a key of P-256; of what
the members answer it needs to know only where a commit ends and a welcome begins.
"""

import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_VERSION, _PUBLIC_MESSAGE, _BASIC = 1, 1, 1
_EXTERNAL, _PROPOSAL, _ADD = 2, 2, 1
_IDENTITY = b"voice server"


def vector(data: bytes) -> bytes:
    """Bytes with their length before them, as QUIC writes it."""
    length = len(data)
    if length < 1 << 6:
        return bytes([length]) + data
    return (
        struct.pack(">H" if length < 1 << 14 else ">I", length | (0x4000 if length < 1 << 14 else 0x80000000))
        + data
    )


class ExternalSender:
    """The server's key, and what it proposes with that."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def package(self) -> bytes:
        """What members are told of the server (opcode 25)."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return vector(public) + struct.pack(">H", _BASIC) + vector(_IDENTITY)

    def adds(self, group_id: int, epoch: int, key_packages: list[bytes]) -> bytes:
        """Propose new members (opcode 27), by their key packages."""
        messages = [self._signed(group_id, epoch, struct.pack(">H", _ADD) + one) for one in key_packages]
        return b"\0" + vector(b"".join(messages))  # 0: to be appended

    def _signed(self, group_id: int, epoch: int, proposal: bytes) -> bytes:
        sender = struct.pack(">BI", _EXTERNAL, 0)
        content = vector(struct.pack(">Q", group_id)) + struct.pack(">Q", epoch) + sender + vector(b"")
        content = struct.pack(">HH", _VERSION, _PUBLIC_MESSAGE) + content + bytes([_PROPOSAL]) + proposal
        signed = vector(b"MLS 1.0 FramedContentTBS") + vector(content)
        return content + vector(self._key.sign(signed, ec.ECDSA(hashes.SHA256())))


def split_commit(data: bytes) -> tuple[bytes, bytes]:
    """Divide what a member answers (opcode 28) into its commit and its welcome."""
    reader = _Reader(data)
    reader.skip(4)  # version, wire format
    reader.skip_vector()  # group
    reader.skip(8 + 1 + 4)  # epoch, sender
    reader.skip_vector()  # authenticated data
    reader.skip(1)  # content type
    reader.skip_vector()  # proposals
    if reader.take(1) == b"\1":
        _skip_path(reader)
    for _ in ("signature", "confirmation tag", "membership tag"):
        reader.skip_vector()
    return data[: reader.at], data[reader.at :]


def _skip_path(reader: "_Reader") -> None:
    for _ in ("encryption key", "signature key"):
        reader.skip_vector()
    reader.skip(2)  # kind of credential
    for _ in ("identity", "versions", "cipher suites", "extensions", "proposals", "credentials"):
        reader.skip_vector()
    reader.skip(1)  # the leaf is of a commit
    for _ in ("parent hash", "extensions", "signature", "nodes"):
        reader.skip_vector()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self._data[self.at - count : self.at]

    def skip(self, count: int) -> None:
        self.at += count

    def skip_vector(self) -> None:
        first = self._data[self.at]
        width = 1 << (first >> 6)
        length = int.from_bytes(self.take(width)) & ((1 << (8 * width - 2)) - 1)
        self.at += length
