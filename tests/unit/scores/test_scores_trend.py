"""Month by month, the charts count as the tables do; and teams stand in the order in which they need somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countersign.model.fact import Catch, Facts, Merged, Outage, Owing, Owned, PastGate, Wait
from countersign.model.score import Period, Score, Spread
from countersign.scores import Domains, Need, by_attention, need, score, standings, trends

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOMAINS = Domains(
    [
        Owned(repository="acme/a", contract="x", domain="one", teams=("@acme/ones",)),
        Owned(repository="acme/a", contract="y", domain="two", teams=("@acme/twos",)),
        Owned(repository="acme/b", contract="z", domain="two"),
    ]
)
PLACES = st.sampled_from([("acme/a", "x"), ("acme/a", "y"), ("acme/b", "z")])
MOMENTS = st.integers(0, 500).map(lambda days: NOW - timedelta(days=days, hours=3))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    made = Facts()
    for index in range(draw(st.integers(0, 6))):
        (repository, contract), at = draw(PLACES), draw(MOMENTS)
        made.catches.append(
            Catch(repository=repository, number=1, contract=contract, fingerprint=str(index), rule="r", path="p", held_at=at)
        )
        (repository, contract), at = draw(PLACES), draw(MOMENTS)
        taken = at + timedelta(hours=draw(st.integers(1, 2000)))
        end = draw(st.sampled_from(["", "closed", "false-alarm"]))
        made.outages.append(
            Outage(
                incident=index,
                repository=repository,
                contract=contract,
                opened_at=at,
                acknowledged_at=draw(st.sampled_from([None, taken])),
                ended_at=taken if end else None,
                end=end,
            )
        )
        repository, contracts = draw(st.sampled_from([("acme/a", ("x",)), ("acme/a", ("x", "y")), ("acme/b", ()), ("acme/a", ())]))
        made.past_gate.append(
            PastGate(kind="direct-push", repository=repository, number=0, contracts=contracts, at=draw(MOMENTS), by="pete")
        )
        made.merges.append(Merged(repository=repository, number=1, at=draw(MOMENTS), contracts=contracts))
        (repository, contract), at = draw(PLACES), draw(MOMENTS)
        reader = draw(st.sampled_from(["@acme/ones", "@acme/twos", "@acme/others"]))
        made.waits.append(Wait(repository=repository, number=1, contract=contract, reader=reader, since=at))
        debt = Owing(repository=repository, number=1, contract=contract, fingerprint="f", way="override", weight=1, since=at)
        made.debts.append(debt)
    return made


@given(facts())
def test_a_team_is_counted_by_its_own_facts_as_it_would_be_by_all(known: Facts) -> None:
    year = Period(NOW - timedelta(days=365), NOW)
    found = standings(known, DOMAINS, year, NOW)
    assert found.teams == tuple(score(known, DOMAINS, year, NOW, name) for name in DOMAINS.names)
    assert found.before == {name: score(known, DOMAINS, year.before, NOW, name) for name in ("", *DOMAINS.names)}


@given(facts())
def test_a_month_of_a_chart_is_what_the_tables_say_of_that_month(known: Facts) -> None:
    for domain, months in trends(known, DOMAINS, NOW, NOW).items():
        assert len(months) == 12 and months[-1].period.since == datetime(2026, 11, 1, tzinfo=UTC)
        for month in months:
            same = score(known, DOMAINS, month.period, NOW, domain)
            assert (month.caught, month.escaped) == (same.caught, same.escaped)
            assert (month.acknowledge.still, month.acknowledge.count) == (same.acknowledge.still, same.acknowledge.count)


def test_months_end_with_the_period() -> None:
    months = trends(Facts(), DOMAINS, datetime(2026, 10, 1, tzinfo=UTC), NOW)[""]
    assert (months[0].period.since.month, months[-1].period.since.month) == (10, 9)


def scored(domain: str, **more: Any) -> Score:
    return Score(domain=domain, period=Period(NOW, NOW), **more)


def test_data_that_is_broken_and_nobodys_comes_before_all_else() -> None:
    teams = [
        scored("in-order"),
        scored("passable", ready=1, repositories=2),
        scored("escaped", past_gate=1),
        scored("complaint", complaints_open=1),
        scored("owing", debts=Spread(still=1)),
        scored("broken", resolve=Spread(still=1)),
        scored("unacknowledged", acknowledge=Spread(still=1), resolve=Spread(still=1)),
    ]
    found = by_attention(teams)
    assert [one.domain for one in found] == [one.domain for one in reversed(teams)]
    assert need(found[0]) is Need.UNACKNOWLEDGED and need(found[-1]) is Need.NOTHING


def test_of_two_that_owe_the_one_that_owes_more_comes_first() -> None:
    two = [scored("a", debts=Spread(still=1), debt_weight=1), scored("b", debts=Spread(still=1), debt_weight=2)]
    assert [one.domain for one in by_attention(two)] == ["b", "a"]
