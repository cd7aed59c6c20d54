"""Fetch GitHub's own examples and schema, by which the tests check what we read and ask: into `.cache/`, never into the repository.

    python tools/fetch_webhook_examples.py [DIRECTORY]

Needs npm, which knows the registry. Writes webhooks-examples.json (npm package `@octokit/webhooks-examples`) and schema.graphql
(`@octokit/graphql-schema`). What is already there is not fetched again.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

WANTED = {
    "webhooks-examples.json": ("@octokit/webhooks-examples@7.6.1", "package/api.github.com/index.json"),
    "schema.graphql": ("@octokit/graphql-schema@15.26.1", "package/schema.graphql"),
}


def fetch(package: str, member: str) -> bytes:
    """One file of an npm package. Nothing of the package is run."""
    with tempfile.TemporaryDirectory() as scratch:
        packed = subprocess.run(  # noqa: S603 - the arguments are the constants above
            ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", scratch, package],  # noqa: S607 - npm is wherever it is installed
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(scratch) / packed.stdout.split()[-1]) as archive:
            content = archive.extractfile(member)
            if content is None:
                raise FileNotFoundError(f"{package} holds no {member}")
            return content.read()


def main() -> int:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / ".cache"
    directory.mkdir(parents=True, exist_ok=True)
    for name, (package, member) in WANTED.items():
        if not (directory / name).exists():
            (directory / name).write_bytes(fetch(package, member))
    return 0


if __name__ == "__main__":
    sys.exit(main())
