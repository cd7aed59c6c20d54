"""A manifest beside a batch: how many rows its producer wrote to each file, so that whoever reads it knows what is missing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from countersign.model.typed import decoded

_T = TypeVar("_T")


class BatchManifest(msgspec.Struct, frozen=True, kw_only=True):
    """files: name, relative to the manifest -> rows. at: when the batch was complete."""

    producer: str
    at: datetime
    files: dict[str, int]

    @classmethod
    def read(cls, file: Path) -> BatchManifest:
        """Raises OSError, or ValueError if it is none."""
        found = decoded(cls, file.read_bytes())
        if any(rows < 0 for rows in found.files.values()):
            raise ValueError("a file has no fewer rows than none")
        return found


class BatchWriter:
    """Counts what is written and leaves the manifest when all of it is: ``with BatchWriter(file, "orders-job") as batch: …``.

    Where the block ends by an exception there is no manifest, so half a batch never looks whole. An older one is gone from the beginning.
    """

    def __init__(self, manifest: Path, producer: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._manifest = manifest
        self._producer = producer
        self._clock = clock
        self._files: Counter[str] = Counter()

    def counted(self, name: str, records: Iterable[_T]) -> Iterator[_T]:
        """The records as they are, counted as they are taken. name: of the file that they go to, relative to the manifest."""
        self.add(name, 0)
        for record in records:
            yield record
            self._files[name] += 1

    def add(self, name: str, rows: int) -> None:
        """So many rows more went to that file."""
        self._files[name] += rows

    def __enter__(self) -> Self:
        self._manifest.unlink(missing_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            return
        manifest = BatchManifest(producer=self._producer, at=self._clock(), files=dict(self._files))
        unfinished = self._manifest.with_name(self._manifest.name + ".part")
        with unfinished.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._manifest)
