"""A check, a comment or an issue as a person reads it, held against a golden file (``UPDATE_GOLDEN=1`` writes it anew)."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.stories.organisation import Organisation

JSON = Any

_GOLDEN = Path(__file__).parents[1] / "golden" / "stories"
_COMMIT = re.compile(
    r"\b[0-9a-f]{40}\b|(?<=`)[0-9a-f]{7}(?=`)|(?<=@)[0-9a-f]{7}\b|(?<=version at )[0-9a-f]{7}\b|(?<=policy of )[0-9a-f]{7}\b"
)
#: Findings whose fingerprint holds a team or a repository, and with it the organisation's name.
_OWN = re.compile(r"\*\*(C-[A-Z2-7]{6})\*\* \| (?:policy:|registration of|`reads:`|`[^`]*` may sign for)")
#: A suspected reader's name holds the producer's, and with it the organisation's.
_SUSPECT = re.compile(r"\bS-[A-Z2-7]{6}\b")


def title(check: JSON) -> str:
    return str(check["output"]["title"])


def handle(check: JSON, about: str) -> str:
    """``C-…`` of the change whose row of the table says ``about``."""
    row = next(line for line in check["output"]["summary"].splitlines() if line.startswith("| **C-") and about in line)
    found = re.search(r"C-[A-Z2-7]{6}", row)
    assert found
    return found.group()


def page(check: JSON) -> str:
    """The check's page: title, conclusion, summary, text, and the remarks at the lines of the files."""
    output = check["output"]
    parts = [f"# {output['title']}", f"({check['conclusion']})", output["summary"], output["text"] or ""]
    for one in check["annotations"]:
        parts.append(f"> {one['path']}:{one['start_line']} {one['annotation_level']} · {one['title']}\n>\n" + _quoted(one["message"]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def holds(name: str, text: str, acme: Organisation) -> None:
    """The text is the golden file's, but for what differs from run to run: the address, the organisation, commits and review numbers."""
    normal = text.replace(acme.github.url, "http://github").replace(f"{acme.name}/", "acme/")
    commits: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        known = commits.setdefault(match.group()[:7], f"commit{len(commits) + 1}")
        return known if len(match.group()) == 7 else known.upper()

    normal = _COMMIT.sub(named, normal)
    for number, one in enumerate(dict.fromkeys(_OWN.findall(normal)), 1):
        normal = normal.replace(one, f"C-ACME{number}")
    for number, one in enumerate(dict.fromkeys(_SUSPECT.findall(normal)), 1):
        normal = normal.replace(one, f"S-ACME{number}")
    normal = re.sub(r"#(pullrequestreview|issuecomment)-\d+", r"#\1-N", normal)
    normal = re.sub(r"(countersign:(?:answer|break-glass):(?:review:)?)\w+", r"\1N", normal)
    normal = re.sub(r"(countersign:(?:reader|notices):)\d+", r"\1N", normal).replace(f"--org {acme.name}", "--org acme")
    normal = re.sub(r"\d\d:\d\d UTC", "HH:MM UTC", normal)
    file = _GOLDEN / f"{name}.md"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(normal)
    assert file.exists(), f"{file} is missing; UPDATE_GOLDEN=1 writes it"
    there = file.read_text()
    if normal != there:
        lines = difflib.unified_diff(there.splitlines(), normal.splitlines(), file.name, "now", lineterm="", n=1)
        pytest.fail("\n".join(lines), pytrace=False)
