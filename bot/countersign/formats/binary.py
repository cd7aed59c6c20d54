"""Files that are no text, on their way to a parser: a `Source` carries text, through a pipe that carries JSON.

The text of such a file is the base64 of its bytes. Of a Parquet file it is that of the footer alone, which holds the schema and stands at
the end: the columns themselves are nobody's business here.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from importlib.util import find_spec

from countersign.formats.marked import Unreadable

#: What these files' names end with.
SUFFIXES = (".parquet", ".arrow", ".feather", ".ipc")
_MAGIC = b"PAR1"
#: The footer's length, little-endian, and the magic number.
_TAIL = 8


def is_binary(file: str) -> bool:
    return file.endswith(SUFFIXES)


def as_text(file: str, raw: bytes) -> str:
    """The text by which a `Source` carries the file's bytes. What is no Parquet file is carried whole, for its parser to refuse."""
    if file.endswith(".parquet") and len(raw) >= _TAIL and raw[-4:] == _MAGIC:
        length = int.from_bytes(raw[-_TAIL:-4], "little")
        if length + _TAIL <= len(raw):
            raw = _MAGIC + raw[-_TAIL - length :]
    return b64encode(raw).decode("ascii")


def check_pyarrow(file: str) -> None:
    """Raises `Unreadable` where pyarrow is not installed: a guard alone does without it."""
    if find_spec("pyarrow") is None:
        raise Unreadable(file, 1, "this file is read with pyarrow, which is not installed", "Run `pip install pyarrow`")


def from_text(file: str, text: str) -> bytes:
    """What `as_text` was given, or the end of it. Raises `Unreadable`."""
    try:
        return b64decode(text, validate=True)
    except (Error, ValueError):
        raise Unreadable(file, 1, "the file's bytes did not arrive", "Write the file again with the tool that made it") from None
