"""Who sees what: every role, before every kind of thing."""

from __future__ import annotations

import pytest

from countersign.gates.access import Subject, may_name, may_see
from countersign.model.access import LOCAL, Viewer

LEADER = Viewer(login="ada", leads=frozenset({"acme"}), member_of=frozenset({"acme"}))
OWNER = Viewer(login="paula", member_of=frozenset({"acme"}), teams=frozenset({"acme/payments"}))
READER = Viewer(login="fiona", member_of=frozenset({"acme"}), teams=frozenset({"acme/finance"}))
COLLEAGUE = Viewer(login="otto", member_of=frozenset({"acme"}))
STRANGER = Viewer(login="mallory")
LEADER_ELSEWHERE = Viewer(login="eve", leads=frozenset({"other"}), member_of=frozenset({"other"}), teams=frozenset({"acme/payments"}))

BOTH = ("acme/payments", "acme/finance")
OPEN = Subject(organisation="acme", teams=BOTH)
PRIVATE = Subject(organisation="acme", teams=BOTH, private=True, admitted=("paula",), named_by=("acme/finance",))
SECRET = Subject(organisation="acme", teams=BOTH, private=True, admitted=("paula",))


@pytest.mark.parametrize(
    ("viewer", "public", "private_but_registered", "private"),
    [
        (LOCAL, True, True, True),
        (LEADER, True, True, True),
        (OWNER, True, True, True),
        (READER, True, True, False),
        (COLLEAGUE, False, False, False),
        (STRANGER, False, False, False),
        (LEADER_ELSEWHERE, False, False, False),
    ],
)
def test_leaders_see_all_and_members_what_is_theirs(viewer: Viewer, public: bool, private_but_registered: bool, private: bool) -> None:
    assert [may_see(viewer, one) for one in (OPEN, PRIVATE, SECRET)] == [public, private_but_registered, private]


def test_a_private_repository_is_named_to_nobody_whom_github_keeps_out() -> None:
    assert may_name(COLLEAGUE, OPEN) and not may_name(COLLEAGUE, PRIVATE)
    assert may_name(OWNER, SECRET) and not may_name(READER, SECRET) and may_name(LEADER, SECRET)
    assert not may_name(STRANGER, OPEN) and not may_name(LEADER_ELSEWHERE, OPEN)
