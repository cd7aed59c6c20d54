"""Secrets that a policy only names: in the operator's environment, or in a file.

A policy may name any secret, and policies are written by more people than run the process. So a name is looked up under a prefix of
our own, and never reaches the rest of the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from countersign.ports import NotifyTrouble

PREFIX = "COUNTERSIGN_SECRET_"
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


class Secrets:
    """environment: of the process. file: lines of ``NAME=value``, read anew each time, so that a secret is replaced without a restart."""

    def __init__(self, environment: Mapping[str, str], file: Path | None = None) -> None:
        self._environment = environment
        self._file = file

    def find(self, name: str) -> str:
        """The secret; raises `NotifyTrouble` if the operator has not set it, or the file cannot be read."""
        value = self._environment.get(PREFIX + name, "") or self._kept().get(name, "")
        if not value:
            raise NotifyTrouble(f"The secret {name} is not set: neither {PREFIX}{name} nor a line of COUNTERSIGN_SECRETS_FILE has it.")
        return value

    def missing(self, names: Iterable[str]) -> tuple[str, ...]:
        kept = self._kept()
        return tuple(sorted(name for name in set(names) if not (self._environment.get(PREFIX + name) or kept.get(name))))

    def check(self) -> None:
        """Raises ValueError, for the start: file and line, and never what the line says."""
        try:
            self._kept()
        except NotifyTrouble as trouble:
            raise ValueError(str(trouble)) from None

    def _kept(self) -> dict[str, str]:
        if self._file is None:
            return {}
        try:
            lines = self._file.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise NotifyTrouble(f"The file of secrets {self._file} cannot be read ({type(error).__name__}).") from None
        kept = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, equals, value = line.partition("=")
            if not equals or not _NAME.fullmatch(name.strip()):
                raise NotifyTrouble(f"{self._file}:{number}: write NAME=value, the name in capital letters with at least one underscore.")
            kept[name.strip()] = value.strip()
        return kept
