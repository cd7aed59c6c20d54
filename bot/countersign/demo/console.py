"""Whoever runs Countersign, at a command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.demo.play import Broken

JSON = Any


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs Countersign, and types its commands. data: the directory of `serve`. environment: what the commands see besides."""

    data: Path
    environment: Mapping[str, str]

    def types(self, *words: str, code: int = 0) -> str:
        """What it prints. Raises `Broken` if it does not end with that code."""
        done = subprocess.run(  # noqa: S603  # this interpreter, with our own module
            [sys.executable, "-m", "countersign", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != code:
            raise Broken(f"`countersign {' '.join(words[:2])}` ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def asks(self, *words: str) -> str:
        """A command that reads the running Countersign's records, or leaves it something to do."""
        return self.types(*words, "--data", str(self.data))

    def incidents(self) -> list[JSON]:
        """Those that are not over."""
        return list(json.loads(self.asks("incidents", "list", "--format", "json")))

    def incident(self, number: int) -> JSON:
        """One, with its timeline."""
        return json.loads(self.asks("incidents", "show", str(number), "--format", "json"))
