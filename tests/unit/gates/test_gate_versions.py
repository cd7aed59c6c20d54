"""Which versions of a contract are right between merges and deployments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from countersign.gates.versions import Reached, Version, versions_in_force
from countersign.model.deployment import InForce

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW, NEWER = (Version(commit=sign * 40, merged_at=NOON + HOUR * index) for index, sign in enumerate("abc"))


def at(hours: float) -> datetime:
    return NOON + HOUR * hours


def right(versions: list[Version], deployments: list[Reached] | None, now: datetime) -> dict[str, datetime | None]:
    return {one.commit[0]: one.until for one in versions_in_force(versions, deployments, HOUR, now)}


def test_until_it_is_deployed_a_merged_version_is_right_beside_the_one_that_runs() -> None:
    running = [Reached(version=0, at=at(0))]
    assert right([OLD, NEW], running, at(100)) == {"b": None, "a": None}


def test_after_the_deployment_the_old_version_has_its_minutes_and_then_only_the_new_one_is_right() -> None:
    deployed = [Reached(version=0, at=at(0)), Reached(version=1, at=at(5))]
    assert right([OLD, NEW], deployed, at(5.5)) == {"b": None, "a": at(6)}
    assert right([OLD, NEW], deployed, at(6)) == {"b": None}


def test_of_several_merges_before_one_deployment_all_are_right_until_it_and_for_its_minutes() -> None:
    running = [Reached(version=0, at=at(0))]
    assert right([OLD, NEW, NEWER], running, at(4)) == {"c": None, "b": None, "a": None}
    deployed = [*running, Reached(version=2, at=at(5))]
    assert right([OLD, NEW, NEWER], deployed, at(5.5)) == {"c": None, "b": at(6), "a": at(6)}
    assert right([OLD, NEW, NEWER], deployed, at(7)) == {"c": None}


def test_a_deployment_of_the_same_version_again_gives_the_old_one_no_more_time() -> None:
    deployed = [Reached(version=0, at=at(0)), Reached(version=1, at=at(2)), Reached(version=1, at=at(2.9))]
    assert right([OLD, NEW], deployed, at(2.95)) == {"b": None, "a": at(3)}


def test_when_the_deployment_is_rolled_back_the_old_version_is_right_again() -> None:
    deployed = [Reached(version=0, at=at(0)), Reached(version=1, at=at(2)), Reached(version=0, at=at(8))]
    assert right([OLD, NEW], deployed, at(20)) == {"b": None, "a": None}


def test_where_no_environment_is_named_merging_is_deploying() -> None:
    assert right([OLD, NEW], None, at(1.5)) == {"b": None, "a": at(2)}
    assert right([OLD, NEW], None, at(2)) == {"b": None}


def test_before_the_first_report_of_a_deployment_the_two_newest_are_right() -> None:
    assert right([OLD, NEW, NEWER], [], at(100)) == {"c": None, "b": None}


@given(
    count=st.integers(1, 5),
    reached=st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 50)), max_size=8),
    named=st.booleans(),
    now=st.integers(0, 100),
)
def test_the_newest_version_is_always_right_and_so_is_the_one_that_runs(
    count: int, reached: list[tuple[int, int]], named: bool, now: int
) -> None:
    versions = [Version(commit=f"{index}" * 40, merged_at=at(index)) for index in range(count)]
    known = sorted((hour, min(version, count - 1)) for version, hour in reached)
    deployments = [Reached(version=version, at=at(hour)) for hour, version in known] if named else None
    found = versions_in_force(versions, deployments, HOUR, at(now))
    assert found[0] == InForce(commit=versions[-1].commit)
    assert all(one.until is None or one.until > at(now) for one in found)
    if deployments and deployments[-1].version >= 0:
        assert InForce(commit=versions[deployments[-1].version].commit) in found
