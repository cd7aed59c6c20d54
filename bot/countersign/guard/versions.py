"""The versions in force: between merge and deployment the old and the new are both right, and are counted apart.

A record is good if it fulfils one of them. It counts for the newest that it fulfils, so that a version whose count stays 0 can be seen to
be out of use. Past its ``until`` a version holds nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from countersign.guard.compiling import NoSuchDataset, compile_plan
from countersign.guard.explain import explain
from countersign.guard.messages import Checker
from countersign.guard.plan import Plan, Violation
from countersign.guard.published import NoContract, Published
from countersign.model.report import Enforced
from countersign.model.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Version:
    """One version, compiled."""

    plan: Plan
    checker: Checker
    commit: str
    until: datetime | None

    def check(self, data: Any) -> tuple[Violation, ...]:
        """data: the bytes of a message, or a decoded value."""
        return self.checker.check(data) if isinstance(data, bytes) else explain(self.plan, data)

    def decoded(self, data: Any) -> Any:
        """The same as a value. Raises `Undecodable`, but not for what fulfils this version."""
        return self.checker.decode(data) if isinstance(data, bytes) else data


class InForce:
    """The versions, the newest first. ``compile_checker`` makes a back end for messages of a plan."""

    def __init__(self, published: Published, dataset: str, compile_checker: Callable[[Plan], Checker]) -> None:
        self.contract = published.contract
        self.runtime: Runtime | None = published.runtime
        self.warning = published.warning
        try:
            plans = [compile_plan(one.contract, dataset) for one in published.versions]
        except NoSuchDataset as trouble:
            raise NoContract(f"{trouble}.") from trouble
        if not plans:
            raise NoContract(f"{published.contract}: no version of it is in force.")
        self.versions = tuple(
            Version(plan=plan, checker=compile_checker(plan), commit=one.commit, until=one.until)
            for plan, one in zip(plans, published.versions, strict=True)
        )
        self.newest = self.versions[0]
        self.dataset = self.newest.plan.dataset

    def otherwise(self, data: Any, violations: tuple[Violation, ...], now: datetime) -> tuple[Version, tuple[Violation, ...]]:
        """Of a record that the newest version refuses: the version that takes it, with (); else the one that comes nearest, with its
        violations. data: bytes, or a decoded value."""
        nearest = self.newest, violations
        if all(one.rule == "unique" for one in violations):
            return nearest  # which no version says of a record by itself
        for version in self.versions[1:]:
            if version.until is not None and now >= version.until:
                continue
            found = version.check(data)
            if not found:
                return version, ()
            if len(found) < len(nearest[1]):
                nearest = version, found
        return nearest

    def enforced(self, now: datetime, held: Mapping[Version, int]) -> tuple[Enforced, ...]:
        """What is in force at that time. held: how many records each of them took."""
        return tuple(
            Enforced(version=one.plan.version, commit=one.commit, until=one.until, held=held.get(one, 0))
            for one in self.versions
            if one in held or one.until is None or now < one.until
        )
