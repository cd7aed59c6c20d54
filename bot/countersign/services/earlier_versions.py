"""``protects: …_TRANSITIVE``: what would land, held against every version that the base branch ever had (GATE §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from countersign import policy as policies
from countersign.model.finding import Finding, Question
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import load
from countersign.services.in_force import documents_at
from countersign.services.reading import EarlierText, EarlierTexts, Reader, decode

JSON = Any

#: Earlier versions that are looked at. Beyond it nobody can say that all were, and the change is undecided.
MOST = 200
#: Versions that a finding names.
_NAMED = 3
_JUDGE = "countersign.services.judging_earlier:judge_earlier"


def earlier_findings(reader: Reader, repository: str, trees: Mapping[str, str], item: JSON) -> list[Finding]:
    """Breaks of earlier versions, each with those that it breaks. trees: ``base`` (a commit) and ``landed``. item: as for `judge_contract`.

    Raises `GitTrouble`.
    """
    tip, landed = item["base"], item["landed"]
    if landed is None:
        return []
    versions = _versions(reader, repository, trees["base"], (tip or landed)["file"], item["id"])
    contents = reader.git.read(repository, sorted({one.blob for one in versions.found}))
    asked: list[tuple[EarlierText, JSON]] = []
    for version in versions.found:
        text = decode(version.file, contents[version.blob]).text
        if text is not None and (tip is None or text != tip["text"]):
            earlier = {"file": version.file, "text": text}
            same = {key: item[key] for key in ("id", "direction", "profile")}
            asked.append((version, {**same, "earlier": earlier, "tip": tip, "landed": landed}))
    answers = _answers(reader, repository, trees, asked)
    unknown = [] if versions.whole and not any(isinstance(answer, Died) for answer in answers) else [_unknown(item["id"])]
    return [*_together([version for version, _ in asked], answers), *unknown]


def _answers(reader: Reader, repository: str, trees: Mapping[str, str], asked: Sequence[tuple[EarlierText, JSON]]) -> list[JSON | Died]:
    """All in one child; only those whose files refer to others are asked again, each with the files of its own commit."""
    answers = reader.children.run(_JUDGE, [item for _, item in asked]) if asked else []
    for index, (version, item) in enumerate(asked):
        answer = answers[index]
        if not isinstance(answer, Died) and "needs" in answer:
            sides = {"earlier": version.commit, "tip": trees["base"], "landed": trees["landed"]}
            # Sources are filled with what they need, so each item gets its own.
            own = {key: dict(value) if isinstance(value, dict) else value for key, value in item.items()}
            answers[index] = reader.answer(_JUDGE, [own], sides, repository)[0]
    return answers


def _together(versions: Sequence[EarlierText], answers: Sequence[JSON | Died]) -> list[Finding]:
    """One finding for what breaks several versions in the same way."""
    found: dict[str, Finding] = {}
    breaks: dict[str, list[str]] = {}
    for version, answer in zip(versions, answers, strict=True):
        if isinstance(answer, Died):
            continue
        for finding in (load(Finding, data) for data in answer["findings"]):
            found.setdefault(finding.fingerprint, finding)
            breaks.setdefault(finding.fingerprint, []).append(answer["version"] or version.commit[:7])
    return [_naming(finding, list(dict.fromkeys(breaks[key]))) for key, finding in found.items()]


def _naming(finding: Finding, versions: Sequence[str]) -> Finding:
    if finding.question is not Question.COMPATIBILITY:
        return finding
    more = f" and {len(versions) - _NAMED} more" if len(versions) > _NAMED else ""
    return replace(finding, notes=(*finding.notes, ("breaks", ", ".join(versions[:_NAMED]) + more)))


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
        touching = reader.git.first_parents_touching(repository, commit, file, limit=left + 1)
        if len(touching) > left:
            return EarlierTexts(tuple(found.values()), whole=False)
        for sha in touching:
            blob = reader.git.paths(repository, sha, [file]).get(file)
            if blob:
                found.setdefault(blob, EarlierText(sha, file, blob))
        left -= len(touching)
        before = reader.git.first_parents(repository, touching[-1], limit=2)[1:] if touching else ()
        if not before:
            break
        file, commit = _moved_from(reader, repository, before[0].sha, touching[-1], file, contract), before[0].sha
    return EarlierTexts(tuple(found.values()), whole=True)


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
