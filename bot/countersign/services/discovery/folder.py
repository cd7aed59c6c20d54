"""Without the bot's database: where contracts' datasets are, by a checkout of their producer; and a source tree's code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from countersign import policy as policies
from countersign.model.suspect import StoredDataset
from countersign.ports import JSON, Died
from countersign.services.discovery.imports import LANGUAGES
from countersign.services.discovery.sources import BadEvidence
from countersign.services.discovery.stores import stored_datasets
from countersign.services.reading import Reader

#: Folders that hold other people's code.
_SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", ".tox", "__pycache__", "vendor", "target", "build", "dist"})
#: Files of a tree, and bytes of one: a longer one is generated.
MOST_FILES = 50_000
_LONGEST_FILE = 2**20


def stored_in(reader: Reader, name: str) -> list[StoredDataset]:
    """Of the contracts that the policy at HEAD lists. name: ``org/repo``. Raises `BadEvidence` and `GitTrouble`."""
    commit = reader.git.resolve(name, "HEAD")
    document = reader.document(name, commit)
    reading = reader.policy(name, document, None)
    if document is None or reading.policy is None:
        why = f"{reading.errors[0].file}:{reading.errors[0].line}: {reading.errors[0].message}" if reading.errors else "there is none"
        raise BadEvidence(f"{name} has no policy that could be read: {why}", "Give a producer's checkout with --contracts, or --data.")
    listed = policies.listed(reading.policy, reader.git.files(name, commit))
    texts = reader.texts(name, reader.contracts(name, commit, reading.policy))
    items: list[JSON] = [
        {"id": listed[path][1], "source": {"file": path, "text": text.text}} for path, text in texts.items() if text.text is not None
    ]
    found: list[StoredDataset] = []
    answers = reader.answer("countersign.services.child:summarise", items, {"source": commit}, name)
    for item, answer in zip(items, answers, strict=True):
        if not isinstance(answer, Died) and "unreadable" not in answer:
            found += stored_datasets(name, item["id"], answer, listed[item["source"]["file"]][0])
    return found


def code_in(root: Path) -> Iterator[dict[str, str]]:
    """The texts of a tree's source files, path from the root -> text, in portions of about 4 MB. Links are not followed."""
    portion: dict[str, str] = {}
    size = files = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in _SKIPPED)
        for name in sorted(names):
            file = Path(folder) / name
            if file.suffix not in LANGUAGES or file.is_symlink() or file.stat().st_size > _LONGEST_FILE:
                continue
            files += 1
            if files > MOST_FILES:
                raise BadEvidence(f"{root} has more than {MOST_FILES:,} source files", "Give its parts one by one.")
            portion[str(file.relative_to(root))] = file.read_text(encoding="utf-8", errors="replace")
            size += file.stat().st_size
            if size > 4 * 2**20:
                yield portion
                portion, size = {}, 0
    if portion:
        yield portion
