"""A check run as GitHub takes it, before its limits are applied (50 annotations a request, 65,535 characters a text)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from countersign.model.verdict import Conclusion

#: What branch protection requires. One name for all branches: a stacked pull request's base is not where it lands.
CHECK_NAME = "Countersign"


class AnnotationLevel(StrEnum):
    """As GitHub names them."""

    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A remark at a line of a file of the head commit. Lines count from 1."""

    path: str
    line: int
    level: AnnotationLevel
    title: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """conclusion: None while in progress. external_id: ours, to find a run again after a crash."""

    head: str
    external_id: str
    conclusion: Conclusion | None
    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()
    details_url: str = ""
