"""Announced ends at the terminal, and hostile words in them."""

from __future__ import annotations

from datetime import UTC, datetime

from countersign.render import AnnouncedEnd, notice_issue, notices_listed, overdue_issue

END = AnnouncedEnd(
    contract="orders", path=("orders", "region"), ends_at=datetime(2026, 4, 15, tzinfo=UTC), replacement="orders.store_id", reason="nobody"
)


def test_the_terminal_has_a_line_for_each() -> None:
    last = AnnouncedEnd(contract="orders", path=("orders",), ends_at=datetime(2026, 3, 1, tzinfo=UTC), replacement="none")
    assert notices_listed([("acme/orders", last, True), ("acme/orders", END, False)]) == (
        "2026-03-01  OVERDUE  acme/orders#orders orders\n2026-04-15  acme/orders#orders orders.region, replaced by orders.store_id"
    )


def test_it_says_so_when_there_is_none() -> None:
    assert notices_listed([]) == "No notice is running, and none is overdue."


def test_hostile_words_shape_nothing() -> None:
    hostile = AnnouncedEnd(
        contract="or|ders", path=("x`y", "@acme/all"), ends_at=END.ends_at, replacement="<b>", reason="@acme/everybody | <img>\n# see"
    )
    for _, body in (notice_issue("acme/orders", teams=["@acme/finance"], ends=[hostile]), overdue_issue([hostile], owners=[])):
        assert "@acme/everybody" not in body and "<img>" not in body and "<b>" not in body.replace("`<b>`", "")
        [row] = [line for line in body.splitlines() if line.startswith("| <code>or")]
        assert row.count(" | ") == 4
