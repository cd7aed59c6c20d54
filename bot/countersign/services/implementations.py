"""A contract and the files that implement it agree after the pull request (`formats.agreement`), whichever of them it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countersign.formats import FORMATS
from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.ports import Died
from countersign.rules import report
from countersign.services.compare_policy import findings_of
from countersign.services.reading import Reader

JSON = Any

_JUDGE = "countersign.services.implementations_child:judge_implementations"


def implementation_findings(reader: Reader, repository: str, trees: Mapping[str, str], items: Sequence[JSON]) -> list[Finding]:
    """trees: ``base`` and ``landed``. items: as for `judge_contract`; those whose contracts name no files cost a look at their bytes."""
    asked = []
    for item in items:
        landed = item["landed"]
        if landed is not None and FORMATS["odcs"].may_refer(landed["file"], landed["text"].encode()):
            # Sources are filled with what they need, so this has its own.
            sides = {side: item[side] and {"file": item[side]["file"], "text": item[side]["text"]} for side in ("base", "landed")}
            asked.append({"id": item["id"], "repository": repository, **sides})
    found: list[Finding] = []
    for item, answer in zip(asked, reader.answer(_JUDGE, asked, trees, repository) if asked else [], strict=True):
        found += [_deadly(item, answer.detail)] if isinstance(answer, Died) else findings_of(answer)
    return found


def _deadly(item: JSON, detail: str) -> Finding:
    file = item["landed"]["file"]
    remedy = "Make the files that it names as its implementation smaller, or name fewer of them."
    return report(
        "implementation-unreadable",
        contract=item["id"],
        path=(file,),
        message=f"{file} could not be held to the files that implement it. {detail}",
        remedy=remedy,
        place=Place(file=file, line=1),
        after=detail,
    )
