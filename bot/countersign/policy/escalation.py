"""``escalation:`` of the organisation: when to tell whom, by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countersign.model.escalation import EscalationRule, Measure
from countersign.policy.document import Page, Trouble

JSON = Any


def escalation_rules(organisation: Mapping[str, JSON]) -> tuple[EscalationRule, ...]:
    """Of several measures in one ``when:``, each counts for itself. The data must fit the schema."""
    return tuple(
        EscalationRule(
            measure=measure,
            limit=when[measure],
            within_days=0 if measure.of_age else when["within_days"],
            tell=tuple(occasion["tell"]),
        )
        for occasion in organisation.get("escalation", ())
        if (when := occasion.get("when"))
        for measure in Measure
        if measure in when
    )


def counts_nothing(page: Page) -> Iterator[Trouble]:
    """Where a window is named, and nothing that is counted in it."""
    occasions = page.data.get("escalation")
    for index, occasion in enumerate(occasions if isinstance(occasions, list) else ()):
        when = occasion.get("when") if isinstance(occasion, dict) else None
        counted = [measure for measure in Measure if not measure.of_age]
        if isinstance(when, dict) and "within_days" in when and not when.keys() & set(counted):
            remedy = "Add `violations`, `overrides` or `unacknowledged`, or take `within_days` out"
            yield page.trouble(
                ("escalation", index, "when", "within_days"), "`within_days` says when, and nothing says what is counted", remedy
            )
