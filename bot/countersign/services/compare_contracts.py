"""Every contract that differs between the sides, compared in the child process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countersign import policy as policies
from countersign.formats import reading_order, whole
from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.model.policy import Policy
from countersign.model.pull_request import FieldFacts
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import dump, load
from countersign.services.compare_policy import Owners, conflict, findings_of
from countersign.services.comparison import Listing, Notebook, Sides, TouchedContract
from countersign.services.dependencies import dependents
from countersign.services.earlier_versions import earlier_findings
from countersign.services.implementations import implementation_findings
from countersign.services.moved import follow
from countersign.services.reading import Reader, Text, decode

JSON = Any

#: contract id -> side (``base``, ``landed``, ``fork``, ``head``) -> (file, blob): what of a contract is compared.
_Chosen = Mapping[str, Mapping[str, tuple[str, str]]]

_JUDGE = "countersign.services.child:judge_contract"


@dataclass(frozen=True, slots=True)
class _Pair:
    """A touched contract and its file on either side; None where there is none."""

    touched: TouchedContract
    old: str | None
    new: str | None


def judge_contracts(
    reader: Reader,
    repository: str,
    sides: Sides,
    policy: Policy,
    old: Listing,
    new: Listing,
    lookup: Owners,
    notes: Notebook,
) -> tuple[TouchedContract, ...]:
    """Compare every contract whose text, or a file it refers to, differs."""
    changed = sides.paths
    landing = [blob for path, blob in new.blobs.items() if path in changed]
    # A conflict may leave the base's text standing: one side changed the file, the other removed it.
    differing = {*changed, *sides.conflicts, *dependents(reader, repository, sides.base, old.blobs, changed, next_read=landing)}
    old_files, new_files = (_first_files(listing) for listing in (old, new))
    touched = {contract for listing in (old, new) for file, (_, contract) in listing.listed.items() if file in differing}
    new_files, new_blobs, moves = follow(sides.landing, old, new, old_files, new_files)
    notes.findings += moves
    # Losing its place in the policy hits all its readers, so they must be known, although not a word of it differs.
    unlisted = {finding.contract for finding in notes.findings if finding.rule == "contract-unlisted"}
    pairs: list[_Pair] = []
    for contract in sorted({*old_files, *new_files}):
        before, after = old_files.get(contract), new_files.get(contract)
        if before == after and contract not in touched and contract not in unlisted:
            continue
        entry = old.listed[before][0] if before else new.listed[after or ""][0]
        owners = policies.owners_of(policy, entry, lookup, before or after or "")
        pairs.append(
            _Pair(
                TouchedContract(
                    id=contract, file=after or before or "", old_file=before or "", publishes=entry, owners=owners, new=before is None
                ),
                before,
                after,
            )
        )
    chosen = _choose(reader, repository, sides, pairs, old.blobs, new_blobs)
    clean = [pair for pair in pairs if not {pair.old, pair.new} & sides.conflicts]
    torn = [pair for pair in pairs if {pair.old, pair.new} & sides.conflicts]
    notes.findings += [conflict(pair.touched.id, pair.touched.file) for pair in torn]
    torn_sides = replace(sides, base=sides.fork, landed=sides.head)
    apart = _judge(reader, repository, torn_sides, torn, chosen, notes)
    return (*_judge(reader, repository, sides, clean, chosen, notes), *_as_promised(reader, repository, sides, torn, apart, old.blobs))


def _first_files(listing: Listing) -> dict[str, str]:
    """contract id -> the file that stands for it."""
    return {contract: file for file, (_, contract) in sorted(listing.listed.items(), key=lambda one: reading_order(one[0]), reverse=True)}


def _as_promised(
    reader: Reader, repository: str, sides: Sides, pairs: Sequence[_Pair], torn: Sequence[TouchedContract], base: Mapping[str, str]
) -> list[TouchedContract]:
    """Torn contracts with their status at the base's tip: a draft where the branch began may be promised since. base: file -> blob."""
    files = {pair.touched.id: pair.old for pair in pairs if pair.old}
    texts = reader.texts(repository, {file: base[file] for file in files.values()})
    items = [{"id": contract, "source": {"file": file, "text": texts[file].text or "\x00"}} for contract, file in files.items()]
    answers = reader.answer("countersign.services.child:summarise", items, {"source": sides.base}, repository)
    status = {item["id"]: _status(answer) for item, answer in zip(items, answers, strict=True)}
    return [replace(one, new=False, status=(status.get(one.id, ""), one.status[1])) for one in torn]


def _status(summary: JSON | Died) -> str:
    """ "" where it cannot be read: then nothing is known to be a draft."""
    return "" if isinstance(summary, Died) else str(summary.get("status", ""))


def _choose(
    reader: Reader, repository: str, sides: Sides, pairs: Sequence[_Pair], base: Mapping[str, str], landed: Mapping[str, str]
) -> _Chosen:
    """Which blobs of each pair are compared. base, landed: contract file -> blob."""
    fork, head = base, landed
    if sides.fork != sides.base:
        before = {file.old_path: file.old_blob for file in sides.branch}
        after = {file.new_path: file.new_blob for file in sides.branch}
        fork = _blobs(reader, repository, sides.fork, [pair.old for pair in pairs if pair.old], before)
        head = _blobs(reader, repository, sides.head, [pair.new for pair in pairs if pair.new], after)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for pair in pairs:
        old, new = pair.old or "", pair.new or ""
        chosen = {"base": (old, base.get(old)), "landed": (new, landed.get(new))}
        beside = {"fork": (old, fork.get(old)), "head": (new, head.get(new))}
        if {old, new} & sides.conflicts:
            # GATE §1: what conflicts has no merge result, so the branch is held against where it left the base.
            chosen = {"base": beside["fork"], "landed": beside["head"]}
        elif beside["fork"][1] != chosen["base"][1]:
            chosen |= beside
        found[pair.touched.id] = {side: (file, blob) for side, (file, blob) in chosen.items() if blob}
    return found


def _blobs(reader: Reader, repository: str, tree: str, paths: Sequence[str], known: Mapping[str, str]) -> Mapping[str, str]:
    """path -> blob in the tree. known: the same of some files; only for others is Git asked."""
    others = sorted({*paths} - known.keys())
    return {**known, **reader.git.paths(repository, tree, others)} if others else known


def _judge(
    reader: Reader, repository: str, sides: Sides, pairs: Sequence[_Pair], chosen: _Chosen, notes: Notebook
) -> list[TouchedContract]:
    contents = reader.git.read(repository, sorted({blob for pair in pairs for _, blob in chosen[pair.touched.id].values()}))
    done: list[TouchedContract] = []
    asked: list[tuple[_Pair, JSON]] = []
    for pair in pairs:
        texts = {side: decode(file, contents[blob]) for side, (file, blob) in chosen[pair.touched.id].items()}
        if "landed" in texts and texts["landed"].trouble:
            notes.findings.append(_no_text(pair.touched, texts["landed"]))
            done.append(pair.touched)
            continue
        settings = pair.touched.publishes.settings
        item: JSON = {"id": pair.touched.id, "direction": settings.protects.value, "profile": dump(settings.profile)}
        item |= {"base": None, "landed": None}
        item |= {side: {"file": text.file, "text": "\x00" if text.text is None else text.text} for side, text in texts.items()}
        asked.append((pair, item))
    trees = {"base": sides.base, "landed": sides.landed, "fork": sides.fork, "head": sides.head}
    answers = reader.answer(_JUDGE, [item for _, item in asked], trees, repository)
    for (pair, item), answer in zip(asked, answers, strict=True):
        if not isinstance(answer, Died) and "unreadable_base" in answer:
            answer = _with_older_base(reader, repository, sides, item, answer["unreadable_base"], notes)
        done.append(_kept(pair.touched, answer, notes))
        if pair.touched.publishes.settings.transitive:
            notes.findings += earlier_findings(reader, repository, trees, item)
    notes.findings += implementation_findings(reader, repository, trees, [item for _, item in asked])
    return sorted(done, key=lambda one: one.id)


def _kept(touched: TouchedContract, answer: JSON | Died, notes: Notebook) -> TouchedContract:
    """Note the findings of an answer; the contract with the versions and states that were read."""
    if isinstance(answer, Died):
        notes.findings.append(_deadly(touched, answer.detail))
        return touched
    notes.findings += findings_of(answer)
    old, new = answer["old"] or {}, answer["new"] or {}
    return replace(
        touched,
        version=(old.get("version", ""), new.get("version", "")),
        status=(old.get("status", ""), new.get("status", "")),
        fields=load(tuple[FieldFacts, ...], answer.get("fields", [])),
    )


def _with_older_base(reader: Reader, repository: str, sides: Sides, item: JSON, why: str, notes: Notebook) -> JSON | Died:
    """GATE §1: an unreadable contract at the base is replaced by its last readable version; with none it counts as empty."""
    file = item["base"]["file"]
    only = {"id": item["id"], "direction": item["direction"], "profile": item["profile"], "landed": item["landed"]}
    for commit in reader.git.first_parents_touching(repository, sides.base, whole(file).removesuffix("/"))[1:]:
        text = _texts(reader, repository, commit, [file]).get(file)
        if text is None or text.text is None:
            continue
        older = {**only, "base": {"file": file, "text": text.text}}
        answer = reader.answer(_JUDGE, [older], {"base": commit, "landed": sides.landed}, repository)[0]
        if isinstance(answer, Died) or "unreadable_base" not in answer:
            notes.remarks.append(
                f"{file} on the base branch cannot be read ({why.rstrip('.')}); its version at {commit[:7]} is used instead."
            )
            return answer
    notes.remarks.append(f"{file} on the base branch cannot be read ({why.rstrip('.')}), nor any earlier version; it is judged as new.")
    return reader.answer(_JUDGE, [{**only, "base": None}], {"landed": sides.landed}, repository)[0]


def _texts(reader: Reader, repository: str, tree: str, paths: Sequence[str]) -> dict[str, Text]:
    return reader.texts(repository, reader.git.paths(repository, tree, paths))


def _no_text(touched: TouchedContract, text: Text) -> Finding:
    return _unreadable(touched, text.trouble, text.remedy, text.line)


def _deadly(touched: TouchedContract, detail: str) -> Finding:
    return _unreadable(touched, detail, "Repair the file, or make it smaller.", 1)


def _unreadable(touched: TouchedContract, trouble: str, remedy: str, line: int) -> Finding:
    place = Place(file=touched.file, line=line)
    return report("contract-unreadable", contract=touched.id, message=trouble, remedy=remedy, place=place, after=trouble)
