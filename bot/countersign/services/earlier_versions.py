"""``protects: …_TRANSITIVE``: what would land, held against every version that the base branch ever had (GATE §2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countersign import policy as policies
from countersign.formats import reading_order, whole
from countersign.model.contract import Place, canonical
from countersign.model.finding import EarlierBreak, Finding, Question
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import load
from countersign.services.in_force import documents_at
from countersign.services.reading import EarlierText, EarlierTexts, Reader, decode

JSON = Any

#: Earlier versions that are looked at. Beyond it nobody can say that all were, and the change is undecided.
MOST = 200
_JUDGE = "countersign.services.judging_earlier:judge_earlier"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One earlier text to be judged. key: all that its judgement hangs on, where its files refer to no others. item: for the child."""

    version: EarlierText
    key: tuple[str, ...]
    item: JSON


def earlier_findings(reader: Reader, repository: str, trees: Mapping[str, str], item: JSON) -> list[Finding]:
    """Breaks of earlier versions, each with those that it breaks. trees: ``base`` (a commit) and ``landed``. item: as for `judge_contract`.

    Raises `GitTrouble`.
    """
    tip, landed = item["base"], item["landed"]
    if landed is None:
        return []
    versions = _versions(reader, repository, trees["base"], (tip or landed)["file"], item["id"])
    contents = reader.git.read(repository, sorted({one.blob for one in versions.found}))
    same = {key: item[key] for key in ("id", "direction", "profile")}
    # The judgement of two texts does not change: a version is judged again only beside another tip or another change.
    beside = hashlib.sha256(canonical([same, tip, landed]).encode("utf-8", "surrogatepass")).hexdigest()
    asked: list[_Asked] = []
    for version in versions.found:
        text = decode(version.file, contents[version.blob]).text
        if text is not None and (tip is None or text != tip["text"] or whole(version.file) != version.file):
            earlier = {"file": version.file, "text": text}
            asked.append(_Asked(version, (beside, version.file, version.blob), {**same, "earlier": earlier, "tip": tip, "landed": landed}))
    answers = _answers(reader, repository, trees, asked)
    unknown = [] if versions.whole and not any(isinstance(answer, Died) for answer in answers) else [_unknown(item["id"])]
    return [*_together([one.version for one in asked], answers), *unknown]


def _answers(reader: Reader, repository: str, trees: Mapping[str, str], asked: Sequence[_Asked]) -> list[JSON | Died]:
    """What is not known yet, in one child; only those whose files refer to others are asked again, each with files of its own commit."""
    answers: list[JSON | Died] = [reader.judged_earlier.get(one.key) for one in asked]
    new = [index for index, answer in enumerate(answers) if answer is None]
    for index, answer in zip(new, reader.children.run(_JUDGE, [asked[index].item for index in new]) if new else [], strict=True):
        one = asked[index]
        if isinstance(answer, Died):
            answers[index] = answer
        elif "needs" in answer:
            sides = {"earlier": one.version.commit, "tip": trees["base"], "landed": trees["landed"]}
            # Sources are filled with what they need, so each item gets its own.
            own = {key: dict(value) if isinstance(value, dict) else value for key, value in one.item.items()}
            answers[index] = reader.answer(_JUDGE, [own], sides, repository)[0]
        else:
            answers[index] = reader.judged_earlier.put(one.key, answer)
    return answers


def _together(versions: Sequence[EarlierText], answers: Sequence[JSON | Died]) -> list[Finding]:
    """One finding for what breaks several versions in the same way, with each of them."""
    found: dict[str, Finding] = {}
    breaks: dict[str, list[EarlierBreak]] = {}
    for version, answer in zip(versions, answers, strict=True):
        if isinstance(answer, Died):
            continue
        for finding in (load(Finding, data) for data in answer["findings"]):
            place = finding.old or Place(file=version.file, line=1)
            found.setdefault(finding.fingerprint, finding)
            breaks.setdefault(finding.fingerprint, []).append(EarlierBreak(version=answer["version"], commit=version.commit, place=place))
    return [replace(one, breaks=tuple(breaks[key])) if one.question is Question.COMPATIBILITY else one for key, one in found.items()]


def _unknown(contract: str) -> Finding:
    return report("earlier-versions-unknown", contract=contract)


def _versions(reader: Reader, repository: str, tip: str, file: str, contract: str) -> EarlierTexts:
    """Every text of the contract on the first-parent history of ``tip``, through its renames."""
    key = (repository, tip, file, contract)
    known = reader.earlier.get(key)
    return reader.earlier.put(key, _walk(reader, repository, tip, file, contract)) if known is None else known


def _walk(reader: Reader, repository: str, tip: str, file: str, contract: str) -> EarlierTexts:
    found: dict[str, EarlierText] = {}
    commit, left = tip, MOST
    while file:
        touching = reader.git.first_parents_touching(repository, commit, whole(file).removesuffix("/"), limit=left + 1)
        if len(touching) > left:
            return EarlierTexts(tuple(found.values()), whole=False)
        for sha in touching:
            one = _standing(reader, repository, sha, file)
            if one is not None:
                found.setdefault(one.blob if whole(file) == file else sha, one)
        left -= len(touching)
        before = reader.git.first_parents(repository, touching[-1], limit=2)[1:] if touching else ()
        if not before:
            break
        file, commit = _moved_from(reader, repository, before[0].sha, touching[-1], file, contract), before[0].sha
    return EarlierTexts(tuple(found.values()), whole=True)


def _standing(reader: Reader, repository: str, commit: str, file: str) -> EarlierText | None:
    """The file at that commit; of a folder of migrations the one that stood for it then."""
    blob = reader.git.paths(repository, commit, [file]).get(file)
    if blob is None and whole(file) != file:
        steps = {path: blob for path, blob in reader.git.files(repository, commit).items() if whole(path) == whole(file)}
        file = min(steps, key=reading_order, default=file)
        blob = steps.get(file)
    return EarlierText(commit, file, blob) if blob else None


def _moved_from(reader: Reader, repository: str, before: str, after: str, file: str, contract: str) -> str:
    """Where the contract was before the commit that brought this file: as Git tells of renames, else by its id; "" if nowhere."""
    for one in reader.git.changed(repository, before, after):
        if one.new_path == file and one.old_path and one.old_path != file:
            return one.old_path
    policy = reader.policy(repository, *documents_at(reader, repository, before, None)).policy
    if policy is None:
        return ""
    listed = policies.listed(policy, reader.contracts(repository, before, policy))
    return next((path for path, (_, known) in sorted(listed.items()) if known == contract and path != file), "")
