"""Check runs: posted, updated, found again."""

from __future__ import annotations

from typing import Any

from countersign.adapters.github import limits, paths
from countersign.adapters.github.tokens import Access
from countersign.adapters.github.trouble import understood
from countersign.model.check_run import CHECK_NAME, Annotation, CheckRun

ANNOTATIONS = 50  # a request; an update appends


def post(access: Access, repository: str, check: CheckRun) -> int:
    """Post the run with its first 50 annotations, then append the rest, 50 a request. The run's id.

    The conclusion goes with the first request: if we die between two, what is missing is annotations, never the verdict.
    """
    body = {"name": CHECK_NAME, "head_sha": check.head, **_state(check), "output": _output(check, check.annotations[:ANNOTATIONS])}
    answer = access.call(repository, "POST", paths.of_repository(repository, "check-runs"), body)
    with understood("the check run just posted"):
        run = int(answer.data["id"])
    _append(access, repository, run, check, check.annotations[ANNOTATIONS:])
    return run


def update(access: Access, repository: str, run: int, check: CheckRun, *, annotations: bool) -> None:
    """State and texts anew. GitHub appends annotations to those that stand, so they go only to a run that has none."""
    added = check.annotations if annotations else ()
    _patch(access, repository, run, {**_state(check), "output": _output(check, added[:ANNOTATIONS])})
    _append(access, repository, run, check, added[ANNOTATIONS:])


def find(access: Access, repository: str, head: str, external_id: str, app_id: int) -> int | None:
    """Our newest run on the head with that external id."""
    path = paths.of_repository(repository, "commits", head, "check-runs")
    parameters: dict[str, str | int] = {"check_name": CHECK_NAME, "app_id": app_id, "filter": "all"}
    rows = access.rows(repository, path, parameters, key="check_runs")
    with understood(f"the check runs of {head}"):
        # GitHub filters by app too, but another app's run taken for ours would leave the required check unposted.
        return max((row["id"] for row in rows if row["external_id"] == external_id and row["app"]["id"] == app_id), default=None)


def _append(access: Access, repository: str, run: int, check: CheckRun, rest: tuple[Annotation, ...]) -> None:
    for start in range(0, len(rest), ANNOTATIONS):
        _patch(access, repository, run, {"output": _output(check, rest[start : start + ANNOTATIONS])})


def _patch(access: Access, repository: str, run: int, body: dict[str, Any]) -> None:
    access.call(repository, "PATCH", paths.of_repository(repository, "check-runs", run), body)


def _state(check: CheckRun) -> dict[str, str]:
    state = {"external_id": check.external_id, "status": "in_progress"}
    if check.conclusion is not None:
        state |= {"status": "completed", "conclusion": check.conclusion.value}
    if check.details_url:
        state["details_url"] = check.details_url
    return state


def _output(check: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    where = f"All of it: {check.details_url}" if check.details_url else "All of it: run `countersign check` on this branch at your desk."
    output: dict[str, Any] = {
        "title": limits.shorten(check.title, limits.TITLE),
        "summary": limits.cut(check.summary, limits.CHECK_TEXT, where),
        "text": limits.cut(check.text, limits.CHECK_TEXT, where),
    }
    if annotations:
        output["annotations"] = [_annotation(annotation) for annotation in annotations]
    return output


def _annotation(annotation: Annotation) -> dict[str, Any]:
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        "annotation_level": annotation.level.value,
        "title": limits.shorten(annotation.title, limits.TITLE),
        "message": limits.cut(annotation.message, limits.CHECK_TEXT, "The check's summary says more."),
    }
