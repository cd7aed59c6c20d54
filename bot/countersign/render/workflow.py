"""Findings as workflow commands of GitHub Actions: a remark at each line, on every plan and without an upload."""

from __future__ import annotations

from collections.abc import Sequence

from countersign.render.reported import Reported, Weight, old_line

_COMMAND = {Weight.ERROR: "error", Weight.WARNING: "warning", Weight.NOTE: "notice"}


def commands(results: Sequence[Reported]) -> str:
    """A line a finding; "" if there is none. What has no place in any file stands at the workflow itself."""
    return "".join(f"{_command(one)}\n" for one in results)


def _command(one: Reported) -> str:
    said = {"title": f"{one.finding.handle}: {one.sentence}"}
    if one.place:
        said = {"file": one.place.file, "line": str(one.place.line), **said}
    parts = [old_line(one.was)] if one.was else []
    message = _escaped("\n".join([*parts, one.effect]))
    return f"::{_COMMAND[one.weight]} {','.join(f'{name}={_property(value)}' for name, value in said.items())}::{message}"


def _escaped(text: str) -> str:
    """As the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
