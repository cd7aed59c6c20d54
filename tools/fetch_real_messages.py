"""Fetch schemas and example messages of a company's Kafka topics, which nobody here wrote: into `.cache/`, never into the repository.

    python tools/fetch_real_messages.py [DIRECTORY]

They stand in the wheel of `sentry-kafka-schemas`. The package itself would drag other versions of our dependencies along, so it is
downloaded, not installed, and nothing of it is run. What is already there is not fetched again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

NAME = "sentry-kafka-schemas"
VERSION = "3.0.2"
SHA256 = "6ca1e2a72d215f8b5bf0752089deea414162e869b61d2d6ccfd1272de5293791"


def main() -> int:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / ".cache"
    target = directory / f"{NAME}-{VERSION}"
    if target.exists():
        return 0
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory) as scratch:
        wanted = Path(scratch) / "wanted.txt"
        wanted.write_text(f"{NAME}=={VERSION} --hash=sha256:{SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--require-hashes", "-r", str(wanted), "-d", scratch], check=True)  # noqa: S603  # the constants above
        unpacked = Path(scratch) / "unpacked"
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            wheel.extractall(unpacked)
        (unpacked / "sentry_kafka_schemas").rename(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
