"""What is judged: a schema file, or a folder of migrations, as it stood in two commits."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.formats import whole


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it stood in a commit, where its references are looked up."""

    file: str
    blob: str
    commit: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What a merge, or a later one, made of a file. old, new: None where there is none. format: as `formats.FORMATS` names it."""

    format: str
    old: Version | None
    new: Version | None

    @property
    def file(self) -> str:
        version = self.new or self.old
        return version.file if version else ""

    @property
    def subject(self) -> str:
        """What it is about: the file, or the folder whose migrations are one contract."""
        return whole(self.file)

    @property
    def folder(self) -> bool:
        return self.subject != self.file
