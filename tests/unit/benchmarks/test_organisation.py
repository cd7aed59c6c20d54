"""That the simulated organisation counts as GitHub does, and that its oracle knows who is hit."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from benchmarks.organisation import report, simulate
from benchmarks.organisation.github import Limit
from benchmarks.organisation.plan import Change, Contract, Field, Kind, Organisation, Registration, organisation
from benchmarks.organisation.trees import Trees

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_limit_refuses_what_would_pass_it_and_says_when_there_is_room_again():
    limit = Limit(3, timedelta(minutes=1))
    for second in (0, 10, 20):
        limit.spend(MONDAY + timedelta(seconds=second), 1)
    now = MONDAY + timedelta(seconds=30)
    assert limit.wait(now, 1) == 30 and limit.wait(now, 2) == 40
    assert limit.wait(MONDAY + timedelta(seconds=60), 1) == 0
    assert limit.peak == 3


CONTRACT = Contract("acme/r1", "c1", {"a": Field(), "b": Field()})


def change(kind: Kind, **fields: Field) -> Change:
    return Change(kind, "acme/r1", "c1", "a", replace(CONTRACT, fields=fields))


BROKEN = {
    "retyped": change(Kind.RETYPED, a=Field("integer"), b=Field()),
    "optional": change(Kind.OPTIONAL, a=Field(required=False), b=Field()),
    "removed": change(Kind.REMOVED, b=Field()),
}


@pytest.mark.parametrize(
    ("fields", "expected", "not_null", "hit"),
    [
        ((), "", False, {"retyped", "optional", "removed"}),
        (("a",), "", False, {"retyped", "optional", "removed"}),
        (("b",), "", False, set()),
        (("a",), "string", False, {"retyped", "removed"}),
        (("a",), "", True, {"optional", "removed"}),
    ],
)
def test_a_reader_is_hit_by_what_it_reads_unless_what_it_expects_still_holds(fields, expected, not_null, hit):
    reader = Registration("acme/r2", "@acme/t2", "c1", fields, expected, not_null)
    world = Organisation(["acme/r1", "acme/r2"], {}, {}, {"c1": CONTRACT}, [reader])
    assert {name for name, one in BROKEN.items() if world.hit(one)} == hit


def test_no_team_reads_its_own_contracts_and_the_same_seed_makes_the_same_organisation():
    one, other = (organisation(random.Random(7), repositories=20, contracts=12, registrations=40) for _ in range(2))
    assert one == other and len(one.registrations) == 40
    assert all(entry.team != one.owner[one.contracts[entry.contract].repository] for entry in one.registrations)


def test_a_merge_brings_what_the_branch_changed_and_nothing_that_landed_since_is_lost():
    git = Trees()
    start = git.commit("acme/r1", "refs/heads/main", "", {"a": "1", "b": "1"}, "ada", MONDAY)
    head = git.commit("acme/r1", "refs/pull/1/head", start, {"a": "2"}, "paula", MONDAY)
    tip = git.commit("acme/r1", "refs/heads/main", start, {"b": "2"}, "ada", MONDAY)
    merged = git.merge("acme/r1", tip, head)
    assert {path: git.blobs[blob] for path, blob in git.files("acme/r1", merged.tree).items()} == {"a": b"2", "b": b"2"}
    assert git.merge_base("acme/r1", tip, head) == start and [one.sha for one in git.commits("acme/r1", tip, head)] == [head]
    clash = git.commit("acme/r1", "refs/heads/main", tip, {"a": "3"}, "ada", MONDAY)
    assert git.merge("acme/r1", clash, head).conflicts == ("a",)


def test_an_hour_of_a_small_organisation_holds_and_one_that_asks_in_vain_is_told_of():
    outcome = simulate(hours=1, scale=0.04, seed=3)
    assert outcome.faults == () and sum(outcome.kinds.values()) == 8
    wrong = replace(outcome, vain=["@acme/team-001 in acme/r001#1 (a field's type)"])
    assert "1 readers were asked whom nothing hits: @acme/team-001 in acme/r001#1" in report(wrong)
    full = replace(outcome, limits={"points a minute": Limit(900, timedelta(minutes=1), peak=900)})
    assert full.faults == ("no headroom is left of points a minute",)
