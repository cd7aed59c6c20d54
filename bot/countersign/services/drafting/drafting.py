"""The files of a first commit: `contracts-policy.yaml`, and an ODCS contract for each schema file that is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign import policy as policies
from countersign.formats import ENDINGS, reading_order, whole
from countersign.policy import POLICY_FILES, ours
from countersign.ports import Died, Past
from countersign.render.drafts import DRAFTED, SCHEMA_FILES, Entry, owner_lines, policy_draft
from countersign.services.backtest.looking import formats_of
from countersign.services.reading import Reader

JSON = Any

_DRAFT = "countersign.services.drafting.contract:draft_contract"
#: Where drafted contracts are written.
_FOLDER = "contracts"
#: Files for one child, which has 10 s for all.
_A_CHILD = 40
#: Who changed the files most: so many are named.
_AUTHORS = 3
#: Commits that are looked at for that.
_COMMITS = 5_000
_ODCS = "odcs"
#: Names of files that say what kind of file it is, and not what is in it.
_SAYS_NOTHING = frozenset({"schema", "_schema", "models", "_models", "properties", "sources", "migrations"})


class NothingFound(Exception):
    """The repository has no schema file that anybody here reads."""


class PolicyThere(Exception):
    """There is a policy already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """files: path -> text, the policy first. unread: (schema file, why no contract was drafted from it). tip: what they are added to."""

    files: Mapping[str, str]
    unread: tuple[tuple[str, str], ...]
    tip: str


def draft(reader: Reader, past: Past, repository: str, revision: str, since: datetime) -> Drafted:
    """Drafts for a revision. since: whoever changed the schema files from then on may own them. Raises `GitTrouble`, `NothingFound`,
    `PolicyThere`."""
    tip = reader.git.resolve(repository, revision)
    tree = reader.git.files(repository, tip)
    there = next((file for file in POLICY_FILES if file in tree), None)
    if there:
        raise PolicyThere(f"{there} is there already.")
    candidates = {path: blob for path, blob in tree.items() if path.endswith(ENDINGS) and ours(path)}
    formats = {path: name for (path, _), name in formats_of(reader.git, repository, candidates.items()).items()}
    if not formats:
        raise NothingFound("No schema file was found: ODCS, Avro, JSON Schema, Protobuf, SQL, dbt, Parquet.")
    sources = _sources(path for path, name in formats.items() if name != _ODCS)
    written = sorted(path for path, name in formats.items() if name == _ODCS)
    names = _names(sources, {_stem(path) for path in written}, tree) | {path: (_stem(path), "") for path in written}
    texts, unread = _contracts(reader, repository, tip, {path: tree[path] for path in names}, names)
    if not texts:
        raise NothingFound(f"None of the schema files that were found can be read. The first: {unread[0][1]}.")
    written, sources = ([path for path in paths if path in texts] for paths in (written, sources))
    drafted = {names[path][1]: text for path, text in texts.items() if text}
    owned = policies.codeowners(reader.codeowners(repository, tip))
    files = [*written, *drafted, *sources]
    authors, changes = ((), 0) if all(map(owned, files)) else _authors(past, repository, tip, since, {*formats})
    owners = owner_lines(repository.split("/")[0], all(map(owned, files)), authors, changes)
    policy = policy_draft(_entries(written, sources, {names[path][1]: names[path][0] for path in sources}), owners, whole=True)
    return Drafted(files={POLICY_FILES[0]: policy, **drafted}, unread=unread, tip=tip)


def _sources(paths: Iterable[str]) -> list[str]:
    """The files that contracts are drafted from; of a folder of migrations the first."""
    found: dict[str, str] = {}
    for path in paths:
        found[whole(path)] = min(found.get(whole(path), path), path, key=reading_order)
    return sorted(found.values())


def _stem(path: str) -> str:
    """As a policy names what is in a file, or in a folder of migrations, that has no id of its own."""
    return whole(path).removesuffix("/").rpartition("/")[2].split(".")[0]


def _names(sources: Sequence[str], taken: set[str], tree: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Schema file -> (the id of the contract that is drafted from it, the contract's file); the whole path where the name is taken."""
    count = Counter(map(_stem, sources))
    found: dict[str, tuple[str, str]] = {}
    for path in sources:
        longer = whole(path).removesuffix("/").split(".")[0].replace("/", ".")
        name = _stem(path) if count[_stem(path)] == 1 and _stem(path) not in taken | _SAYS_NOTHING else longer
        if f"{_FOLDER}/{name}.odcs.yaml" in tree or name in {known for known, _ in found.values()}:
            name = path.replace("/", ".")
        found[path] = (name, f"{_FOLDER}/{name}.odcs.yaml")
    return found


def _contracts(
    reader: Reader, repository: str, tip: str, blobs: Mapping[str, str], names: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """(file that can be read -> the contract that was drafted from it, "" if it is one itself; (file, why) of the others).

    names: file -> (id, the drafted contract's file, "" for a contract).
    """
    texts: dict[str, str] = {}
    unread: list[tuple[str, str]] = []
    paths = sorted(blobs)
    for start in range(0, len(paths), _A_CHILD):
        sources = reader.texts(repository, {path: blobs[path] for path in paths[start : start + _A_CHILD]})
        items: list[JSON] = [
            {"id": names[path][0], "drafted": names[path][1], "source": {"file": path, "text": "\x00" if text.text is None else text.text}}
            for path, text in sources.items()
        ]
        for path, answer in zip(sources, reader.answer(_DRAFT, items, {"source": tip}, repository), strict=True):
            if isinstance(answer, Died):
                unread.append((path, answer.detail))
            elif "text" in answer:
                texts[path] = answer["text"]
            else:
                unread.append((path, answer["unreadable"]))
    return texts, tuple(unread)


def _entries(written: Sequence[str], sources: Sequence[str], drafted: Mapping[str, str]) -> list[Entry]:
    """Contracts that are there; schema files, by the rules of their own formats; and what was drafted from these. drafted: file -> id."""
    count = Counter([*map(_stem, (*written, *sources)), *drafted.values()])
    entries = []
    for path in (*written, *sources):
        longer = whole(path).removesuffix("/").replace("/", ".")
        remark = SCHEMA_FILES if sources and path == sources[0] else ""
        entries.append(Entry(whole(path), longer if count[_stem(path)] > 1 else "", remark))
    first = next(iter(drafted), "")
    return entries + [Entry(path, name if _stem(path) != name else "", DRAFTED if path == first else "") for path, name in drafted.items()]


def _authors(past: Past, repository: str, tip: str, since: datetime, files: set[str]) -> tuple[tuple[tuple[str, int], ...], int]:
    """((mail address, landings), …) of those who landed most of the changes of these files, and how many changes there were."""
    landings = past.landings(repository, tip, since, ENDINGS, _COMMITS, lambda done, of: None)
    touching = [one.commit.author for one in landings if any(changed.new_path in files for changed in one.changed)]
    return tuple(Counter(touching).most_common(_AUTHORS)), len(touching)
