"""Which overrides hold (GATE §4, Override)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from countersign.gates.signatures import Reviews
from countersign.model.finding import Finding
from countersign.model.policy import OverrideRules
from countersign.model.pull_request import Override
from countersign.model.verdict import RefusedOverride, WhyNot


@dataclass(frozen=True, slots=True)
class Overrides:
    """covering: fingerprint -> the override that covers it. refused: those that do not hold, with why."""

    covering: dict[str, Override]
    refused: tuple[RefusedOverride, ...]


def weigh(
    given: Iterable[Override], findings: Sequence[Finding], rules: OverrideRules, entitled: frozenset[str], reviews: Reviews, now: datetime
) -> Overrides:
    """Hold each override against the organisation's rules. entitled: the logins of ``overrides.by``."""
    covering: dict[str, Override] = {}
    refused: list[RefusedOverride] = []
    for override in given:
        why = _why_not(override, rules, entitled, reviews, now)
        covered = {finding.fingerprint for finding in findings} & set(override.fingerprints)
        if not why and override.unclear:
            why = "unknown"
        if why:
            refused.append(RefusedOverride(override=override, why=why))
        else:
            covering |= dict.fromkeys(covered, override)
    return Overrides(covering, tuple(refused))


def _why_not(override: Override, rules: OverrideRules, entitled: frozenset[str], reviews: Reviews, now: datetime) -> str:
    if override.by.lower() not in entitled:
        return "not-entitled"
    barred = reviews.barred(override.by)
    if barred in (WhyNot.AUTHOR, WhyNot.COMMITTER):
        return barred.value
    if override.until.date() > (override.received_at + timedelta(days=rules.max_days)).date():
        return "too-long"
    return "expired" if now > override.until else ""
