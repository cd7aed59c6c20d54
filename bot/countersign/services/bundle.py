"""`countersign check --bundle`: a change as a file that can be sent with a report, with nothing in it that is anybody's business."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from countersign.model.change import Direction
from countersign.model.finding import Level, Question
from countersign.model.policy import Settings
from countersign.model.profile import USUAL, Profile
from countersign.model.verdict import Verdict
from countersign.ports import JSON, Died
from countersign.render.bundle import CONTRACTS, bundle_readme, bundle_refused
from countersign.rules.table import RULES
from countersign.services.codec import dump
from countersign.services.comparison import Comparison
from countersign.services.reading import Reader
from countersign.services.safe_path import Case, cases_of

_REDACT = "countersign.services.redaction:redact_contract"
#: Zip files hold times; this is the first that they can.
_NEVER = (1980, 1, 1, 0, 0, 0)
_WORDS = {Direction.READERS: "FORWARD", Direction.HISTORY: "BACKWARD", Direction.BOTH: "FULL"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """content: a zip file; the same change gives the same bytes. contracts: how many are in it. refused: sentences about the others."""

    content: bytes
    contracts: int
    refused: tuple[str, ...] = ()


def bundle(reader: Reader, verdict: Verdict, comparison: Comparison, version: str) -> Bundle:
    """The redacted reproduction of a verdict. version: of Countersign. Raises `GitTrouble`."""
    files: dict[str, str] = {}
    listed, refused, policy = [], [], []
    cases, _ = cases_of(reader, verdict, comparison, [one.finding for one in verdict.judged if one.finding.level.blocks])
    for number, case in enumerate(cases, 1):
        answer = _redacted(reader, case, f"contract_{number}")
        if "refused" in answer:
            refused.append(bundle_refused(case.id, answer["refused"]))
            continue
        files |= {f"old/{answer['file']}": answer["old"], f"new/{answer['file']}": answer["new"]}
        settings = case.publishes.settings
        listed.append((answer["file"], sorted([rule, _levelled(settings, rule, level)] for rule, level in answer["findings"])))
        policy += _entry(answer["file"], settings)
    files["README.md"] = bundle_readme(version, listed)
    files["contracts-policy.yaml"] = "\n".join(["version: 1", "publishes:", *policy]) + "\n"
    return Bundle(_zipped(files), len(listed), tuple(refused))


def _redacted(reader: Reader, case: Case, name: str) -> JSON:
    """name: what the contract is called in the bundle."""
    if case.base is None or case.landed is None or case.base.text is None or case.landed.text is None:
        return {"refused": "one-side"}
    item = {
        "id": case.id,
        "name": name,
        "direction": case.publishes.settings.protects.value,
        "profile": dump(case.publishes.settings.profile),
        "base": {"file": case.base.file, "text": case.base.text},
        "landed": {"file": case.landed.file, "text": case.landed.text},
    }
    answer = reader.children.run(_REDACT, [item])[0]
    return {"refused": "unreadable"} if isinstance(answer, Died) else answer


def _levelled(settings: Settings, rule: str, level: str) -> str:
    """As the gate has it: the policy's level, which can only be raised where a contract cannot be read or is out of order."""
    wanted = settings.levels.get(rule, Level(level))
    fixed = RULES[rule].question in (Question.GATE, Question.FORM)
    return level if fixed and wanted.rank > Level(level).rank else wanted.value


def _entry(file: str, settings: Settings) -> list[str]:
    """What of the contract's settings a judgement goes by, without a name in it."""
    protects = f"{_WORDS[settings.protects]}_TRANSITIVE" if settings.transitive else settings.protects.value
    lines = [f"  - contract: /{CONTRACTS}/{file}", f"    protects: {protects}"]
    lines += [f"    {knob}: {word}" for knob, word in _said(settings.profile)]
    if settings.levels:
        lines += ["    rules:", *(f"      {rule}: {level.value}" for rule, level in sorted(settings.levels.items()))]
    return lines


def _said(profile: Profile) -> list[tuple[str, str]]:
    """The policy's keys for what differs from the product's own."""
    said = {"open_objects": profile.open_objects, "protobuf": profile.protobuf, "table_format": profile.table}
    usual = {"open_objects": USUAL.open_objects, "protobuf": USUAL.protobuf, "table_format": USUAL.table}
    return [(knob, word.value) for knob, word in said.items() if word != usual[knob]]


def _zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NEVER)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return content.getvalue()
