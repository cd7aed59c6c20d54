"""Who reads what; a spreadsheet of readers; a contract by its name; and what a data product's manager can stop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.stories.organisation import CONTRACT, ORDERS, POLICY, Organisation, edited
from tests.stories.reading import holds, title
from tests.stories.terminal import beside_the_bot, countersign

from countersign.demo.people import PullRequest

HEAD = "contract,team,fields,criticality,until,assets,on_behalf_of,repository\n"


def _open(acme: Organisation, name: str) -> list[dict[str, object]]:
    return list(acme["ada"].call("GET", f"/repos/{acme.name}/{name}/pulls"))


def _sheet(acme: Organisation, directory: Path, *lines: str, head: str = HEAD) -> str:
    file = directory / "readers.csv"
    file.write_text(head + "".join(f"{line}\n" for line in lines).replace("acme/", f"{acme.name}/"))
    return str(file)


@pytest.fixture
def products(acme: Organisation) -> Organisation:
    """Otto's product is built on orders, which is enforced, on tickets, which only warn, and on something that is not there."""
    acme.github.team(acme.name, "product-managers", [acme["otto"]])
    warned = acme.producer("contracts/tickets.odcs.yaml").replace("mode: enforce", "mode: warn").replace("payments", "support")
    tickets = edited(ORDERS, [("id: orders\n", "id: tickets\n"), ("name: orders\nversion", "name: tickets\nversion")])
    acme.has("support-desk", "support", {POLICY: warned, "contracts/tickets.odcs.yaml": tickets})
    inputs = ", ".join(f'"{acme.name}/{name}"' for name in ("orders-service#orders", "support-desk#tickets", "crm#customers"))
    more = f'products:\n  - {{name: Customer 360, manager: "@otto", inputs: [{inputs}]}}\n'
    reads = (
        f'reads:\n  - {{contract: {acme.name}/orders-service#orders, team: "{acme.team("growth")}", on_behalf_of: CFO office (Excel)}}\n'
    )
    acme.has("data-products", "product-managers", {POLICY: f'version: 1\nowners: ["@otto"]\n{more}{reads}'})
    acme.settle()
    return acme


def test_who_reads_what_and_what_nobody_reads(products: Organisation, tmp_path: Path) -> None:
    acme = products
    beside = beside_the_bot(acme, tmp_path)
    found = json.loads(countersign("consumers", "--format", "json", *beside))
    mine = [one for one in found["contracts"] if one["contract"].startswith(f"{acme.name}/")]
    assert [(one["contract"].split("/")[1], one["published"], len(one["readers"])) for one in mine] == [
        ("crm#customers", False, 1),
        ("orders-service#orders", True, 4),
        ("support-desk#tickets", True, 1),
    ]
    said = countersign("consumers", f"{acme.name}/orders-service#orders", *beside)
    holds("consumers-of-orders", said, acme)


def test_a_manager_learns_which_changes_can_be_stopped(products: Organisation, tmp_path: Path) -> None:
    acme = products
    holds("audit-of-a-product", countersign("audit", "--product", "customer 360", *beside_the_bot(acme, tmp_path)), acme)
    found = json.loads(countersign("audit", "--product", "Customer 360", "--format", "json", *beside_the_bot(acme, tmp_path)))
    mine = next(one for one in found["products"] if one["repository"] == f"{acme.name}/data-products")
    assert [(one["answer"], one["why"]) for one in mine["inputs"]] == [("yes", []), ("no", ["mode"]), ("no", ["no-contract"])]


def test_a_spreadsheet_becomes_one_pull_request_a_repository_and_readers_when_merged(acme: Organisation, tmp_path: Path) -> None:
    acme.has("growth", "growth", {"README.md": "# Growth\n"})
    acme.settle()
    beside = beside_the_bot(acme, tmp_path)
    file = _sheet(
        acme,
        tmp_path,
        'acme/orders-service#orders,@acme/growth,"order_id; placed_at",low,,"dashboard Funnel https://bi.example/funnel",,',
        "acme/orders-service#orders,@acme/customer-360,region,high,,,The board,",
        "acme/orders-service#orders,@acme/finance-analytics,,,,,,",
    )
    holds("consumers-import-plan", countersign("consumers", "import", file, *beside), acme)
    assert _open(acme, "growth") == []
    said = countersign("consumers", "import", file, "--open", *beside, by=acme["ada"])
    assert said.count("Opened: ") == 2
    assert countersign("consumers", "import", file, "--open", *beside, by=acme["ada"]).count("Brought up to date: ") == 2
    (pull,) = _open(acme, "growth")
    (other,) = _open(acme, "customer-360")
    holds("consumers-import-pull-request", f"{pull['title']}\n\n{pull['body']}\n", acme)
    patch = acme["ada"].call("GET", f"/repos/{acme.name}/customer-360/pulls/{other['number']}/files")[0]
    assert patch["deletions"] == 0 and 'on_behalf_of: "The board"' in patch["patch"]
    registering = PullRequest(acme.repositories["customer-360"], other["number"])
    reference = f"{acme.name}/orders-service#orders"  # to be highly critical takes the producer's consent
    assert title(acme.settled(registering)) == f"Blocked: payments or data-governance must sign `{reference}`"
    acme["pete"].approves(registering)
    assert acme.settled(registering)["conclusion"] == "success"
    acme["ada"].merges(registering)
    acme.settle()
    known = json.loads(countersign("consumers", f"{acme.name}/orders-service#orders", "--format", "json", *beside))
    readers = {(one["team"].split("/")[-1], one["on_behalf_of"], one["counts"]) for one in known["contracts"][0]["readers"]}
    assert ("customer-360", "The board", True) in readers and ("customer-360", "", True) in readers


def test_a_line_that_is_wrong_writes_nothing(acme: Organisation, tmp_path: Path) -> None:
    acme.settle()
    file = _sheet(
        acme,
        tmp_path,
        "acme/orders-service#ordres,@acme/customer-360,,,,,,",
        "acme/orders-service#orders,@acme/nobody,,,,,,",
        "acme/orders-service#orders,@acme/customer-360,amuont,severe,2020-01-01,Revenue,For us,",
        "acme/orders-service#orders,@acme/support,,,,,,",
        "acme/orders-service#orders,@acme/finance-analytics,,,,,For us,acme/customer-360",
    )
    with pytest.raises(AssertionError) as stopped:
        countersign("consumers", "import", file, "--open", *beside_the_bot(acme, tmp_path), by=acme["ada"])
    told = str(stopped.value).partition("\n\n")[2].partition("\nassert ")[0].replace(str(tmp_path), "")
    assert "Opened" not in told
    for line in (2, 3, 4, 5, 6):
        assert f"readers.csv:{line}: error: " in told
    for words in ("Did you mean", "amount", "severe", "is past", "has no kind and name", "can write to no repository", "would not count"):
        assert words in told, words
    assert _open(acme, "customer-360") == []


def test_a_contract_is_printed_as_it_is_or_was(acme: Organisation, tmp_path: Path) -> None:
    orders = acme.repositories["orders-service"]
    newer = edited(ORDERS, [("version: 1.4.0", "version: 1.5.0")])
    acme.pushes("ada", orders, "main", {CONTRACT: newer})
    beside = ["--api-url", f"{acme.github.url}/api/v3"]
    assert countersign("pull", f"{orders.name}#orders", *beside, by=acme["carla"]) == newer
    into = tmp_path / "old.yaml"
    countersign("pull", f"{orders.name}#orders@1.4.0", "--output", str(into), *beside, by=acme["carla"])
    assert into.read_text() == ORDERS
    for wrong, words in ((f"{orders.name}#order", "#orders?"), (f"{orders.name}#orders@1.4", "1.5.0, 1.4.0")):
        with pytest.raises(AssertionError, match=words):
            countersign("pull", wrong, *beside, by=acme["carla"])
