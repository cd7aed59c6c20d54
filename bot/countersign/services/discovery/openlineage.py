"""OpenLineage events (specification 1 and 2; run and job events) -> who reads which dataset.

A reader is the parent job if the event names one (an Airflow DAG, a Spark application), because a run's own job changes its name from
action to action. Columns come from the ``columnLineage`` facets of the outputs, else from the ``sql`` facet of the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from countersign.model.suspect import EvidenceKind, Sighting
from countersign.model.typed import decoded
from countersign.services.discovery.dbt import NotThis
from countersign.services.discovery.naming import parts_of, team_in

_REMEDY = "Give OpenLineage run or job events: one, a list of them, or one a line."


class _Job(msgspec.Struct):
    namespace: str
    name: str
    facets: dict[str, Any] = {}


class _Run(msgspec.Struct):
    runId: str = ""  # noqa: N815 - OpenLineage's own name
    facets: dict[str, Any] = {}


class _Dataset(msgspec.Struct):
    namespace: str
    name: str
    facets: dict[str, Any] = {}


class _Event(msgspec.Struct):
    """An event without a job is a dataset's, and tells of no reader."""

    eventTime: datetime | None = None  # noqa: N815 - OpenLineage's own name
    run: _Run = msgspec.field(default_factory=_Run)
    job: _Job | None = None
    inputs: list[_Dataset] = []
    outputs: list[_Dataset] = []


def sightings(text: str) -> Iterator[Sighting]:
    """Of one event, a JSON list of them, or one a line. Raises `NotThis`."""
    for number, event in _events(text):
        if event.job is not None:
            yield from _of(event, event.job, f"line {number}" if number else "")


def _events(text: str) -> Iterator[tuple[int, _Event]]:
    """(line, or 0 where the text is one JSON value; event)."""
    start = text.lstrip()[:1]
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise NotThis("there is nothing in it", _REMEDY)
    try:
        if start == "[":
            yield from ((0, event) for event in decoded(list[_Event], text))
            return
        if len(lines) == 1 or lines[0][1].rstrip()[-1:] != "}" or lines[1][1].lstrip()[:1] != "{":
            yield 0, decoded(_Event, text)
            return
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotThis(f"this is no OpenLineage event: {error}", _REMEDY) from None
    for number, line in lines:
        try:
            event = decoded(_Event, line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise NotThis(f"line {number} is no OpenLineage event: {error}", _REMEDY) from None
        yield number, event


def _of(event: _Event, job: _Job, line: str) -> Iterator[Sighting]:
    namespace, name = _reader(event, job)
    run = f"run {event.run.runId} of {job.name}" if event.run.runId else f"job {job.name}"
    sql = _get(job.facets, "sql")
    for dataset in event.inputs:
        columns = _columns(event.outputs, dataset)
        for known_as in (dataset.name, *_symlinks(dataset)):
            yield Sighting(
                kind=EvidenceKind.OPENLINEAGE,
                dataset=parts_of(known_as),
                consumer=f"{namespace}/{name}",
                where=", ".join(filter(None, (run, line))),
                columns=columns,
                sql="" if columns else str(sql.get("query") or ""),
                dialect=str(sql.get("dialect") or ""),
                team=_team(job),
                seen_at=event.eventTime,
            )


def _reader(event: _Event, job: _Job) -> tuple[str, str]:
    parent = _get(_get(event.run.facets, "parent"), "job")
    namespace, name = parent.get("namespace"), parent.get("name")
    return (namespace, name) if isinstance(namespace, str) and isinstance(name, str) and name else (job.namespace, job.name)


def _columns(outputs: Sequence[_Dataset], dataset: _Dataset) -> tuple[str, ...]:
    """Fields of the input that any output's column lineage names: those of a column, and those that decide about rows."""
    found: dict[str, None] = {}
    for output in outputs:
        lineage = _get(output.facets, "columnLineage")
        fields = [_get(_get(lineage, "fields"), column).get("inputFields") for column in _get(lineage, "fields")]
        for inputs in (*fields, lineage.get("dataset")):
            for one in inputs if isinstance(inputs, list) else ():
                if isinstance(one, dict) and (one.get("namespace"), one.get("name")) == (dataset.namespace, dataset.name):
                    found[str(one.get("field", ""))] = None
    return tuple(field for field in found if field)


def _symlinks(dataset: _Dataset) -> Iterator[str]:
    """Other names of it: a table that a path in a lake stands for."""
    identifiers = _get(dataset.facets, "symlinks").get("identifiers")
    for one in identifiers if isinstance(identifiers, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"]


def _team(job: _Job) -> str:
    owners = _get(job.facets, "ownership").get("owners")
    names = [str(one.get("name", "")) for one in owners if isinstance(one, dict)] if isinstance(owners, list) else []
    return next((team for name in names if (team := team_in(name.removeprefix("team:")))), "")


def _get(data: Any, key: str) -> dict[str, Any]:
    """An object inside of facets, whose shape nobody vouches for; {} if there is none."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}
