"""protoc over texts that are nowhere on disk.

The compiler of grpcio-tools runs in this process and reads and writes through file descriptors: each text is an anonymous file in
memory that is mapped to the path by which it is imported. It sees these texts and the definitions that it brings itself
(``google/protobuf/…``), nothing else, and whatever ends the process leaves nothing behind.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from countersign.formats.marked import Unreadable

#: What the compiler may write where files are limited, in bytes: descriptors are a few times as long as the texts, which are 10 MB at most.
MOST_WRITTEN = 128 * 2**20
#: protoc's own words; a path in /dev/fd is one of the texts.
_SAID = re.compile(r"/dev/fd/(?P<fd>\d+):(?P<line>\d+):\d+: (?P<message>.*)")
_WARNING = "warning: "
#: protoc writes to the process's standard error, of which there is one.
_LOCK = threading.Lock()


def compiled(texts: Mapping[str, str], path: str, file: str, names: Mapping[str, str]) -> Any:
    """A ``FileDescriptorSet`` of ``path`` and all that it imports, with source locations; what is imported stands first. Not to be altered.

    texts: the path by which a text is imported -> the text. names: the same -> the file's path in the repository.
    Raises `Unreadable` with protoc's first complaint.
    """
    return _compiled(tuple(texts.items()), path, file, tuple(names.items()))


@lru_cache(maxsize=4)  # both sides of a comparison are asked for again when an example is looked for
def _compiled(texts: tuple[tuple[str, str], ...], path: str, file: str, names: tuple[tuple[str, str], ...]) -> Any:
    try:
        import grpc_tools
        from google.protobuf.descriptor_pb2 import FileDescriptorSet
        from grpc_tools import _protoc_compiler
    except ImportError:
        raise Unreadable(file, 1, "the Protobuf compiler is not installed", "Install `countersign[engine]`") from None

    bundled = Path(grpc_tools.__file__).parent / "_proto"
    with _LOCK, _files(len(texts) + 2) as (out, err, *inputs):
        for fd, (_, text) in zip(inputs, texts, strict=True):
            _write(fd, text.encode(errors="surrogatepass"))  # which protoc refuses, with its line
        places = {fd: virtual for fd, (virtual, _) in zip(inputs, texts, strict=True)}
        command = [
            "protoc",
            "--include_imports",
            "--include_source_info",
            f"--descriptor_set_out=/dev/fd/{out}",
            *(f"-I{virtual}=/dev/fd/{fd}" for fd, virtual in places.items()),
            f"-I{bundled}",
            path,
        ]
        with _standard_error_to(err):
            failed = _protoc_compiler.run_main([argument.encode() for argument in command])
        if failed:
            raise _refusal(_read(err).decode(errors="replace"), places, dict(names), file)
        return FileDescriptorSet.FromString(_read(out))


def _refusal(said: str, places: Mapping[int, str], names: Mapping[str, str], file: str) -> Unreadable:
    """protoc's first complaint that has a line."""
    for match in _SAID.finditer(said):
        if not match["message"].startswith(_WARNING):
            where = names[places[int(match["fd"])]]
            return Unreadable(
                where, int(match["line"]), f"protoc says: {match['message'].rstrip('.')}", "Correct it so that protoc compiles it"
            )
    first = said.strip().partition("\n")[0] or "nothing"
    return Unreadable(file, 1, f"protoc says: {first.rstrip('.')}", "Correct it so that protoc compiles it")


@contextmanager
def _files(count: int) -> Iterator[list[int]]:
    """Anonymous files; a child process may write none, so its limit is lifted for as long as they are there."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    allowed = MOST_WRITTEN if hard == resource.RLIM_INFINITY else min(MOST_WRITTEN, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, hard))
    made: list[int] = []
    try:
        for _ in range(count):
            made.append(_anonymous())
        yield made
    finally:
        for fd in made:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _anonymous() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("protobuf")
    fd, name = tempfile.mkstemp()  # macOS has no files in memory; without a name it ends with the process all the same
    Path(name).unlink()
    return fd


def _write(fd: int, content: bytes) -> None:
    while content:
        content = content[os.write(fd, content) :]
    os.lseek(fd, 0, os.SEEK_SET)


def _read(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    content = []
    while block := os.read(fd, 2**20):
        content.append(block)
    return b"".join(content)


@contextmanager
def _standard_error_to(fd: int) -> Iterator[None]:
    saved = os.dup(2)
    os.dup2(fd, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
