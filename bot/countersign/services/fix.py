"""`countersign fix`: the safe path of the files in a work tree, as they lie there, committed or not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from countersign import policy as policies
from countersign.formats import whole
from countersign.model.safe_path import Left, Obstacle, PatchedContract, SafePath
from countersign.policy import POLICY_FILES, Document
from countersign.services.comparison import Notebook
from countersign.services.desk import NoPolicy, organisation_given
from countersign.services.in_force import base_policy
from countersign.services.reading import LARGEST_FILE, Reader, Text, as_document, decode
from countersign.services.safe_path import Case, find


class NoSuchContract(Exception):
    """No contract of that id or file is published at the base. known: the ids that are."""

    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        super().__init__(f"No contract is called `{asked}` at the base.")
        self.known = known


def fix(
    reader: Reader, root: Path, *, name: str, base: str, contract: str, organisation: tuple[str, bytes] | None, now: datetime
) -> SafePath:
    """The patch of the contracts in the work tree at ``root`` against those at ``base``.

    name: ``org/repo``. contract: an id or a file below ``root``, "" for all. organisation: (file, content) of its policy.
    Raises `NoPolicy`, `BadPolicy`, `NoSuchContract` and `GitTrouble`.
    """
    tip, head = reader.git.resolve(name, base), reader.git.resolve(name, "HEAD")
    document = _document(root)
    if document is None and reader.document(name, tip) is None and organisation is None:
        raise NoPolicy(f"There is no {POLICY_FILES[0]} at {base} or here, so nothing is promised here.")
    policy = base_policy(reader, name, tip, organisation_given(reader, name, organisation), Notebook()).policy
    blobs = reader.contracts(name, tip, policy)
    listed = policies.listed(policy, blobs)
    if contract and not any(contract in (file, id_) for file, (_, id_) in listed.items()):
        raise NoSuchContract(contract, tuple(sorted({id_ for _, id_ in listed.values()})))
    here = {id_: file for file, (_, id_) in policies.listed(policy, reader.git.files(name, head)).items()}
    fork = reader.git.merge_base(name, tip, head) or tip
    began = reader.git.paths(name, fork, list(listed)) if fork != tip else blobs
    before = reader.texts(name, {file: blobs[file] for file in listed})
    cases, overtaken = [], []
    for file, (entry, id_) in sorted(listed.items()):
        if contract and contract not in (file, id_):
            continue
        now_at = file if _regular(root / file) else here.get(id_, file)
        text = _text(root, now_at)
        if text is not None and text.text == before[file].text and whole(file) == file:
            continue
        if began.get(file, "") != blobs[file]:
            if not _is_blob(reader, name, began.get(file, ""), file, text):
                left = Left(fingerprint="", rule="merge-changes-meaning", path=(), why=Obstacle.OVERTAKEN)
                overtaken.append(PatchedContract(contract=id_, file=now_at, left=(left,)))
            continue
        cases.append(Case(id=id_, file=now_at, publishes=entry, base=before[file], landed=text))
    found = find(reader, name, cases, {"base": tip, "landed": head}, document, now)
    return SafePath(files=found.files, contracts=(*found.contracts, *overtaken))


def write(root: Path, path: SafePath) -> None:
    """Write the patch into the work tree."""
    for file in path.files:
        (root / file.file).write_bytes(file.after.encode())


def _is_blob(reader: Reader, repository: str, blob: str, file: str, text: Text | None) -> bool:
    """Whether the file lies here as the branch began with it."""
    return bool(blob) and text is not None and reader.texts(repository, {file: blob})[file].text == text.text


def _document(root: Path) -> Document | None:
    name = next((name for name in POLICY_FILES if _regular(root / name)), None)
    return as_document(name, (root / name).read_bytes()) if name else None


def _text(root: Path, file: str) -> Text | None:
    path = root / file
    if not _regular(path):
        return None
    return decode(file, path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None)


def _regular(path: Path) -> bool:
    """A file of its own. Links lead to files that are nobody's contract."""
    return path.is_file() and not path.is_symlink()
