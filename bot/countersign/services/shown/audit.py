"""The last look at the settings of each organisation that the viewer leads: gap by gap, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from countersign.model.access import Viewer
from countersign.model.enforceability import Severity
from countersign.model.pages import AuditPage, GapRow
from countersign.services.context import Ports
from countersign.services.shown.sight import Sight

JSON = Any


def audit_page(ports: Ports, viewer: Viewer) -> AuditPage | None:
    """None for whoever leads no organisation."""
    sight, records = Sight(ports, viewer), ports.records
    homes = dict.fromkeys(f"{row.name.split('/')[0]}/.github" for row in records.repositories())
    led = [home for home in homes if sight.leads(home)]
    if not led:
        return None
    looks = {home: records.ledger(kind="audit", repository=home) for home in led}
    failed = {home: records.ledger(kind="not-audited", repository=home) for home in led}
    looked = {home: rows[-1]["at"] for home, rows in looks.items() if rows}
    gaps = [gap for home, rows in looks.items() if rows for gap in _gaps(home, rows)]
    order = [severity.value for severity in Severity]
    return AuditPage(
        github_url=ports.github_url,
        looked={_organisation(home): at for home, at in looked.items()},
        failed={
            _organisation(home): (rows[-1]["at"], rows[-1]["what"]["trouble"])
            for home, rows in failed.items()
            if rows and (home not in looked or rows[-1]["at"] > looked[home])
        },
        gaps=tuple(sorted(gaps, key=lambda gap: (order.index(gap.severity), gap.repository, gap.branch, gap.kind))),
        repositories=tuple(one for name, one in sorted(records.enforcements().items()) if sight.leads(name)),
    )


def _organisation(home: str) -> str:
    return home.split("/")[0]


def _gaps(home: str, looks: tuple[JSON, ...]) -> Iterator[GapRow]:
    """Those of the last look, each with the look since which it has been there without a break."""
    since: dict[tuple[JSON, ...], datetime] = {}
    for look in looks:
        since = {_key(gap): since.get(_key(gap), look["at"]) for gap in look["what"]}
    for gap in looks[-1]["what"]:
        yield GapRow(
            organisation=_organisation(home),
            severity=gap["severity"],
            kind=gap["kind"],
            repository=gap["repository"],
            branch=gap["branch"],
            what=gap["what"],
            remedy=gap["remedy"],
            since=since[_key(gap)],
        )


def _key(gap: JSON) -> tuple[JSON, ...]:
    return gap["kind"], gap["repository"], gap["branch"], gap["source"]
