"""Fetch what the tests judge us by: GitHub's own descriptions of what we send, answer and read, axe-core, which looks for faults
of accessibility in pages, and the schema of SARIF. Into `.cache/`, never into the repository.

    python tools/fetch_referees.py [DIRECTORY]

Needs npm, which knows the registry. Writes openapi.json (npm package `@octokit/openapi`, trimmed to what the sandbox answers),
webhooks-examples.json (`@octokit/webhooks-examples`), schema.graphql (`@octokit/graphql-schema`), axe.min.js (`axe-core`) and
sarif-2.1.0.json, OASIS's own schema (`@microsoft/jest-sarif`). What is
already there is not fetched again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from trim_openapi import trim


def _trimmed(description: bytes) -> bytes:
    return json.dumps(trim(json.loads(description)), separators=(",", ":")).encode()


#: file -> (npm package, member of it, what is done to it)
WANTED: dict[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "openapi.json": ("@octokit/openapi@23.0.2", "package/generated/api.github.com.json", _trimmed),
    "webhooks-examples.json": ("@octokit/webhooks-examples@7.6.1", "package/api.github.com/index.json", bytes),
    "schema.graphql": ("@octokit/graphql-schema@15.26.1", "package/schema.graphql", bytes),
    "sarif-2.1.0.json": ("@microsoft/jest-sarif@1.0.0-beta.0", "package/lib/schemas/sarif-2.1.0-rtm.5.json", bytes),
    "axe.min.js": ("axe-core@4.14.1", "package/axe.min.js", bytes),
}


def fetch(package: str, member: str) -> bytes:
    """One file of an npm package. Nothing of the package is run."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", scratch, package]
        packed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # the constants above
        with tarfile.open(Path(scratch) / packed.stdout.split()[-1]) as archive:
            content = archive.extractfile(member)
            if content is None:
                raise FileNotFoundError(f"{package} holds no {member}")
            return content.read()


def main() -> int:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / ".cache"
    directory.mkdir(parents=True, exist_ok=True)
    operations = Path(__file__).parent.parent / "bot" / "countersign" / "sandbox" / "operations.py"
    for name, (package, member, made) in WANTED.items():
        target = directory / name
        outdated = name == "openapi.json" and target.exists() and target.stat().st_mtime < operations.stat().st_mtime
        if outdated or not target.exists():
            target.write_bytes(made(fetch(package, member)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
