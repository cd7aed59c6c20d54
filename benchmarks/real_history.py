"""Schemas that nobody here wrote: released versions of two packages become the commits of a repository, and `countersign check` walks it.

- ``sentry-kafka-schemas``: the JSON Schemas of a company's Kafka topics, with references between files.
- ``acryl-datahub``: 280 Avro schemas of a metadata platform, one of them a megabyte.

Each release is judged against the one before it, as a pull request would be. Printed for each: the contracts touched, the findings by
level, and the seconds that the whole command took. It ends with 1 if a step could not be decided, or if a file could not be read.

    python benchmarks/real_history.py [--findings] [--only PACKAGE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gitrepo import GitRepository

CACHE = Path(__file__).parents[1] / ".cache" / "releases"
LEVELS = ("invalid", "breaking", "semantic", "undecided", "notice", "safe")


@dataclass(frozen=True)
class History:
    """package: as it is installed. folder: where its schemas are in the wheel. pattern: of those that are contracts."""

    package: str
    folder: str
    pattern: str
    suffix: str
    versions: tuple[str, ...]


HISTORIES = (
    History(
        "sentry-kafka-schemas",
        "sentry_kafka_schemas/schemas/",
        "schemas/*.json",
        ".json",
        ("0.1.60", "0.1.95", "0.1.129", "1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.3.18", "2.0.0", "2.1.0", "2.1.20", "2.1.40", "3.0.2"),
    ),
    History(
        "acryl-datahub",
        "datahub/metadata/",
        "schemas/**/*.avsc",
        ".avsc",
        ("0.13.1.3", "0.14.1.12", "0.15.0.5", "1.0.0", "1.2.0", "1.4.0", "1.7.0.17"),
    ),
)


def wheel(package: str, version: str) -> Path:
    """The release's wheel, fetched once. Only it: its dependencies are not wanted, and nothing of it is run."""
    stem = f"{package.replace('-', '_')}-{version}-"
    found = next(CACHE.glob(f"{stem}*.whl"), None) if CACHE.is_dir() else None
    if found is None:
        CACHE.mkdir(parents=True, exist_ok=True)
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*fetch, "--dest", str(CACHE), f"{package}=={version}"], check=True, stderr=subprocess.DEVNULL)
        found = next(CACHE.glob(f"{stem}*.whl"))
    return found


def schemas(history: History, version: str) -> dict[str, bytes]:
    """Path in the repository -> content of the release's schemas."""
    with zipfile.ZipFile(wheel(history.package, version)) as archive:
        return {
            "schemas/" + name.removeprefix(history.folder): archive.read(name)
            for name in archive.namelist()
            if name.startswith(history.folder) and name.endswith(history.suffix)
        }


def build(history: History, repository: GitRepository) -> None:
    """A commit a release, tagged with its version, below a policy that lists every schema."""
    policy = f'version: 1\nowners: ["@{history.package}/owners"]\npublishes:\n  - contract: "{history.pattern}"\n'
    present: set[str] = set()
    for version in history.versions:
        files = schemas(history, version)
        gone = dict.fromkeys(present - files.keys())
        commit = repository.commit({"contracts-policy.yaml": policy, **files, **gone}, message=version)
        repository.point(f"refs/tags/{version}", commit)
        present = set(files)


def check(repository: GitRepository, base: str, head: str) -> tuple[int, float, dict[str, Any], str]:
    """Exit code, seconds, the verdict as JSON, and what was complained of."""
    command = Path(sys.executable).with_name("countersign")
    started = time.perf_counter()
    done = subprocess.run(
        [str(command), "check", "--repo", str(repository.path), "--base", base, "--head", head, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    return done.returncode, seconds, json.loads(done.stdout) if done.stdout else {}, done.stderr.strip()


def walk(history: History, *, findings: bool) -> bool:
    """Print the history's table; whether every step was decided and every file read."""
    sound = True
    with tempfile.TemporaryDirectory(prefix="countersign-history-") as directory:
        repository = GitRepository(Path(directory) / "releases.git")
        build(history, repository)
        print(
            f"\n{history.package}\n{'release':>20}{'contracts':>11}"
            + "".join(f"{level:>11}" for level in LEVELS)
            + f"{'exit':>6}{'seconds':>9}"
        )
        for base, head in zip(history.versions, history.versions[1:], strict=False):
            code, seconds, verdict, trouble = check(repository, base, head)
            told = verdict.get("findings", [])
            levels = Counter(one["level"] for one in told)
            unread = [one for one in told if one["rule"] == "contract-unreadable"]
            sound &= code in (0, 1) and not unread
            row = "".join(f"{levels[level]:>11}" for level in LEVELS)
            print(f"{base + ' -> ' + head:>20}{len(verdict.get('contracts', [])):>11}{row}{code:>6}{seconds:>9.2f}")
            for complaint in filter(None, [trouble, *(f"{one['contract']}: {one['message']}" for one in unread)]):
                print(f"    {complaint}")
            for one in told if findings else ():
                said = f"{one['path']} {one['detail']}  {one['before']} -> {one['after']}"
                print(f"    {one['level']:<10}{one['rule']:<24}{one['contract']}  {said}")
    return sound


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", action="store_true", help="print each finding below its step")
    parser.add_argument("--only", choices=[history.package for history in HISTORIES])
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    results = [walk(history, findings=chosen.findings) for history in HISTORIES if chosen.only in (None, history.package)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
