"""Where a guard has its contract from, and what it gets: the versions that are right, and how hard they are held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from countersign.model.contract import Contract
from countersign.model.runtime import Runtime

#: Bytes of a contract and of each file that it refers to.
MAX_BYTES = 4 << 20
_MAX_FILES = 3_000


class NoContract(Exception):
    """There is no contract to hold data to, so nothing may pass. The message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """commit: 40 hex digits, "" outside Git. until: when it stops being right; None for the one that stays."""

    contract: Contract
    commit: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """contract: ``org/repo#id``, or the id alone outside an organisation. versions: the newest first. runtime: the policy's, None if
    no policy is known. warning: a sentence, if it is not as fresh as it should be."""

    contract: str
    versions: tuple[PublishedVersion, ...]
    runtime: Runtime | None = None
    warning: str = ""


class Contracts(Protocol):
    """A source of one contract."""

    def load(self) -> Published:
        """At the start. Raises `NoContract`."""

    def refresh(self) -> Published | None:
        """Now and then; None if nothing is new. Raises nothing: what was good goes on being held, with a warning."""


class ContractFile:
    """A contract in a file, as it stands when the guard starts.

    root: the directory that its references (`$ref`) are relative to, as in its repository; by default the file's own.
    """

    def __init__(self, file: Path | str, *, name: str = "", commit: str = "", root: Path | None = None) -> None:
        self._file = Path(file)
        self._name = name
        self._commit = commit
        self._root = root or self._file.parent

    def load(self) -> Published:
        id_ = self._name.rpartition("#")[2] or self._file.name.partition(".")[0]
        try:
            path = self._file.resolve().relative_to(self._root.resolve()).as_posix()
        except ValueError:
            raise NoContract(f"{self._file} is not below {self._root}. Give as root the directory of the contract's repository.") from None
        contract = parsed(path, _text(self._file), id_, read=self._sibling)
        version = PublishedVersion(contract=contract, commit=self._commit)
        return Published(contract=self._name or id_, versions=(version,))

    def refresh(self) -> Published | None:
        return None

    def _sibling(self, path: str) -> str | None:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root.resolve()):
            raise NoContract(
                f"{self._file} refers to {path}, outside {self._root}. Give as root the directory of the contract's repository."
            )
        if path.endswith("/"):  # what is below it, one a line
            root = self._root.resolve()
            return "\n".join(sorted(one.relative_to(root).as_posix() for one in file.rglob("*") if one.is_file() and not one.is_symlink()))
        return _text(file) if file.is_file() else None


class Read(Protocol):
    def __call__(self, path: str, /) -> str | None: ...


def parsed(path: str, text: str, id_: str, *, read: Read, format_: str | None = None) -> Contract:
    """The contract in ``text``; ``read`` gives the files that it refers to, None for one that is not there. Raises `NoContract`."""
    from countersign.formats import NeedsFiles, Source, Unreadable, parse

    siblings: dict[str, str | None] = {}
    while len(siblings) <= _MAX_FILES:
        try:
            return parse(Source(path, text, siblings), id_, format_)
        except NeedsFiles as needed:
            siblings |= {one: read(one) for one in needed.paths if one not in siblings}
        except Unreadable as trouble:
            raise NoContract(str(trouble)) from trouble
    raise NoContract(f"{path} refers to more than {_MAX_FILES} files.")


def _text(file: Path) -> str:
    from countersign.formats.binary import as_text, is_binary

    try:
        raw = file.read_bytes()
    except OSError as trouble:
        raise NoContract(f"{file} cannot be read: {trouble.strerror}.") from trouble
    if len(raw) > MAX_BYTES:
        raise NoContract(f"{file} has {len(raw):,} bytes; a contract has {MAX_BYTES:,} at most.")
    if is_binary(file.name):
        return as_text(file.name, raw)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise NoContract(f"{file} is not UTF-8 text.") from None
