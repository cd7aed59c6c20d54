"""The sandbox's calendar. Every time that GitHub would state comes from it, but for the expiry of tokens, which is wall time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset that can only be set by steering. Whole seconds, in UTC, as GitHub's own times."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return (datetime.now(UTC) + self.offset).replace(microsecond=0)

    def set(self, moment: datetime) -> None:
        """``moment`` must be aware."""
        self.offset = moment.astimezone(UTC) - datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self.offset += by


def iso(moment: datetime) -> str:
    """``2026-11-22T09:30:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
