"""Single pages on a real database: what is there for whom, and that nobody learns a name that is not for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countersign.adapters.database import Database, open_database, upgrade
from countersign.model.access import LOCAL, Viewer
from countersign.model.consumer import Asset, Reference, Registration
from countersign.model.contract import Place
from countersign.model.enforceability import Enforcement, Hold
from countersign.model.fact import Owned
from countersign.model.github import PullRequestRow, Repository, TeamRow
from countersign.model.incident import By, How, Incident
from countersign.model.incident_event import Transition
from countersign.model.policy import Mode
from countersign.model.shown import ListedContract, ShownFinding, ShownSigner, ShownVerdict
from countersign.services import shown
from countersign.services.shown.sight import UNNAMED

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ORDERS = Reference("acme/orders", "orders")
HERE = Place(file="contracts-policy.yaml", line=4)


def person(login: str, *teams: str, leads: bool = False) -> Viewer:
    acme = frozenset({"acme"})
    return Viewer(login=login, member_of=acme, leads=acme if leads else frozenset(), teams=frozenset(teams))


ADA = person("ada", leads=True)
PETE = person("pete", "acme/payments")
FIONA = person("fiona", "acme/finance")
GREG = person("greg", "acme/growth")


@pytest.fixture
def ports(tmp_path: Path) -> Any:
    """Orders of payments, read by finance from an open repository and by risk from a private one; an incident and an open change."""
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    records = Database(engine)
    for number, name in enumerate(("orders", "finance", "risk", ".github"), 1):
        records.keep_repositories(
            [Repository(name=f"acme/{name}", id=number, installation=1, default_branch="main", private=name == "risk")]
        )
    teams = {"payments": "pete", "finance": "fiona", "risk": "rita", "growth": "greg"}
    records.keep_teams(
        "acme", [TeamRow(slug=f"acme/{team}", parent="", members=(login,), repositories={}) for team, login in teams.items()]
    )
    records.keep_owned("acme/orders", [Owned(repository="acme/orders", contract="orders", domain="payments", teams=("@acme/payments",))])
    records.keep_listed("acme/orders", [ListedContract(reference=ORDERS, file="orders.odcs.yaml", mode=Mode.ENFORCE, version="1.4.0")])
    records.keep_catalogue("acme/orders", {"orders": ["amount"]})
    records.keep_enforcement("acme/orders", Enforcement(branch="main", hold=Hold.BYPASSABLE), NOW)
    for reader, asset in (("finance", "Revenue"), ("risk", "Exposure")):
        entry = Registration(reference=ORDERS, team=f"@acme/{reader}", place=HERE, assets=(Asset(kind="dashboard", name=asset),))
        records.keep_registrations(f"acme/{reader}", [entry], NOW)
    incident = Incident(number=1, contract=str(ORDERS), dataset="orders", source="kafka", opened_at=NOW)
    by = By(how=How.GUARD)
    line = Transition(number=1, revision=1, at=NOW, event="Broke", before=None, after=incident.state, by=by, once="r")
    assert records.keep_incident(incident, line)
    readers = {"incident": 1, "contract": "orders", "readers": ["@acme/finance", "@acme/risk"]}
    assets = [{"kind": "dashboard", "name": "Exposure", "reader": "@acme/risk"}]
    records.write_ledger("incident-hit", "acme/orders", 0, NOW, {**readers, "assets": assets})
    row = PullRequestRow(
        repository="acme/orders", number=7, author="pat", head="a" * 40, base_ref="main", draft=False, state="open", fork=False
    )
    records.keep_pull_request(row)
    waits = ShownSigner(who=("@acme/finance",), role="consumer", state="waits", said="has not signed")
    finding = ShownFinding(
        handle="C-1", contract="orders", rule="r", rule_url="", level="breaking", mode="enforce", change="c", effect="e", signers=(waits,)
    )
    verdict = ShownVerdict(
        head="b" * 40, conclusion="failure", title="Blocked", mode="enforce", contracts=(("orders", "", ""),), findings=(finding,)
    )
    records.keep_verdict("acme/orders", 7, verdict, NOW)
    put: list[Any] = []
    queue = SimpleNamespace(put=lambda job, partition, data, *, id: put.append((job, data)))  # noqa: A006  # the port calls it so
    made = SimpleNamespace(
        records=records, calendar=SimpleNamespace(now=lambda: NOW), github_url="https://github.example", queue=queue, put=put
    )
    yield made
    engine.dispose()


@pytest.mark.parametrize("who", [LOCAL, ADA, PETE, FIONA])
def test_leaders_owners_and_readers_see_a_contract(ports: Any, who: Viewer) -> None:
    page = shown.contract_page(ports, who, ORDERS)
    assert page is not None and page.contract.version == "1.4.0" and page.owners == ("@acme/payments",)
    assert [one.number for one in page.incidents] == [1] and [one.pull.number for one in page.pulls] == [7]
    assert page.read is not None and page.read.enforcement.hold is Hold.BYPASSABLE


def test_whoever_has_nothing_to_do_with_a_contract_does_not_learn_of_it(ports: Any) -> None:
    assert shown.contract_page(ports, GREG, ORDERS) is None
    assert shown.pull_page(ports, GREG, "acme/orders", 7) is None
    assert shown.incident_page(ports, GREG, 1) is None
    assert shown.registry_page(ports, GREG).known == 0 and shown.incidents_page(ports, GREG) == ()
    assert shown.waiting_pulls(ports, GREG) == () and shown.audit_page(ports, GREG) is None


def test_a_reader_in_a_private_repository_is_named_to_leaders_and_to_itself_alone(ports: Any) -> None:
    def named(who: Viewer) -> set[str]:
        page = shown.contract_page(ports, who, ORDERS)
        incident = shown.incident_page(ports, who, 1)
        assert page and incident
        text = repr((page.readers, incident.hit, shown.registry_page(ports, who)))
        assert ("Exposure" in text) == ("@acme/risk" in text)
        return {row.who for row in page.readers} | set(incident.hit)

    assert named(ADA) == named(person("rita", "acme/risk")) == {"@acme/finance", "@acme/risk"}
    assert named(FIONA) == {"@acme/finance", UNNAMED}


def test_only_an_owner_takes_an_incident_and_the_others_have_no_button(ports: Any) -> None:
    buttons = {who.login: bool((page := shown.incident_page(ports, who, 1)) and page.button) for who in (ADA, PETE, FIONA, LOCAL)}
    assert buttons == {"ada": False, "pete": True, "fiona": False, "": True}
    assert shown.take(ports, FIONA, 1) is False and shown.take(ports, GREG, 1) is None and ports.put == []
    assert shown.take(ports, PETE, 1) is True
    ((job, data),) = ports.put
    assert (job, data["who"], data["how"]) == ("acknowledge", "@pete", "page")


def test_the_page_of_a_pull_request_says_when_its_verdict_is_of_another_commit(ports: Any) -> None:
    page = shown.pull_page(ports, FIONA, "acme/orders", 7)
    assert page is not None and not page.current and page.row.waits_for == ("@acme/finance",)


@pytest.mark.parametrize(("query", "found"), [("", 1), ("ORDERS", 1), ("finance payments", 1), ("growth", 0)])
def test_the_registry_is_looked_through_by_words(ports: Any, query: str, found: int) -> None:
    page = shown.registry_page(ports, ADA, query)
    assert (len(page.contracts), page.known) == (found, 1)


def test_an_old_name_of_the_repository_leads_to_the_contract(ports: Any) -> None:
    ports.records.move_repository(1, "acme/orders", "acme/sales", NOW)
    page = shown.contract_page(ports, ADA, ORDERS)
    assert (
        page is not None and page.contract.reference == Reference("acme/sales", "orders") and [one.pull.number for one in page.pulls] == [7]
    )


def test_a_gap_is_dated_by_the_look_since_which_it_has_been_there(ports: Any) -> None:
    gap = {
        "severity": "open",
        "kind": "not-required",
        "repository": "acme/orders",
        "branch": "main",
        "source": "",
        "what": "w",
        "remedy": "r",
    }
    other = {**gap, "repository": "acme/risk", "severity": "weak"}
    for day, gaps in ((20, [gap]), (21, [other]), (22, [gap, other])):
        ports.records.write_ledger("audit", "acme/.github", 0, NOW.replace(day=day), gaps)
    page = shown.audit_page(ports, ADA)
    assert page is not None and [(one.repository, one.since.day) for one in page.gaps] == [("acme/orders", 22), ("acme/risk", 21)]
