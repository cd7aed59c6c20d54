"""The organisation of the demo: people, teams, repositories and their policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from countersign.demo.people import GitHub, Person, Repository

ORDERS = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
name: orders
version: 1.4.0
status: active
domain: payments
schema:
  - name: orders
    physicalType: topic
    dataGranularityDescription: one row per order
    properties:
      - {name: order_id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
      - name: amount
        logicalType: string
        required: true
        description: what the customer pays
        customProperties:
          - {property: unit, value: EUR, vendor: countersign}
      - {name: region, logicalType: string}
      - {name: store_id, logicalType: string}
      - name: placed_at
        logicalType: timestamp
        logicalTypeOptions: {timezone: true, defaultTimezone: Europe/Berlin}
"""

TICKETS = """\
apiVersion: v3.2.0
kind: DataContract
id: tickets
name: tickets
version: 3.0.0
status: active
domain: support
schema:
  - name: tickets
    physicalType: table
    dataGranularityDescription: one row per ticket
    properties:
      - {name: ticket_id, logicalType: string, required: true}
      - {name: customer_id, logicalType: string, required: true}
      - {name: severity_score, logicalType: integer, required: true}
"""

ORGANISATION = """\
version: 1
require:
  overrides: {by: ["@acme/data-governance"], max_days: 14}
default:
  mode: enforce
  notice: {days: 30, unless: never}
channels:
  payments-oncall:
    {pagerduty: PAGER_PAYMENTS, chat: CHAT_PAYMENTS, email: payments@acme.example, webhook: HOOK_PAYMENTS, lead: payments-lead}
  payments-lead: {pagerduty: PAGER_LEAD}
"""

#: What acme/checkout promises of its payments, and how hard it is held where they come in.
PAYMENTS = """\
apiVersion: v3.2.0
kind: DataContract
id: payments
name: payments
version: 1.0.0
status: active
domain: payments
schema:
  - name: payments
    physicalType: topic
    dataGranularityDescription: one row per payment
    properties:
      - {name: payment_id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: amount, logicalType: number, required: true}
      - {name: currency, logicalType: string, required: true, enum: [{value: EUR}, {value: USD}]}
      - {name: status, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}]}
      - {name: paid_at, logicalType: timestamp, required: true}
"""

CHECKOUT = """\
    code: ["src/**"]
    runtime:
      mode: halt
      halt_over: {bad: 0.01, missing: 0.02, consecutive: 20}
      acknowledge_minutes: 30
      rollback: after-drill
      deployed_by: {environment: production, both_versions_minutes: 60}
      tables: [{catalog: lake, table: shop.payments}]
on_call: payments-oncall
"""

#: The service: what it sends for one payment.
SENDS = """\
def payment(number, shop, at):
    return {
        "payment_id": f"p-{number:06}",
        "amount": 10 + number % 90,
        "currency": "EUR",
        "status": "refunded" if number % 10 == 0 else "paid",
        "paid_at": at,
    }
"""

#: The west sells in pounds, of which the contract knows nothing; and of some payments the amount is lost.
POUNDS = """\
def payment(number, shop, at):
    pounds = shop == "west" and number % 5 > 0
    return {
        "payment_id": f"p-{number:06}",
        "shop": shop,
        "amount": None if pounds and number % 2 else 10 + number % 90,
        "currency": "GBP" if pounds else "EUR",
        "status": "refunded" if number % 10 == 0 else "paid",
        "paid_at": at,
    }
"""

#: The manager answers for what is built on amounts.
BOOKS = """\
version: 1
owners: ["@acme/data-governance"]
products:
  - name: Monthly books
    manager: "@acme/data-governance"
    inputs: [{contract: "acme/checkout#payments", fields: [amount]}]
"""


def producer(domain: str, team: str, contract: str) -> str:
    return f"""\
version: 1
domain: {domain}
owners: ["{team}"]
mode: enforce
publishes:
  - contract: {contract}
"""


def consumer(team: str, contract: str, fields: str, criticality: str, kind: str, asset: str) -> str:
    return f"""\
version: 1
owners: ["{team}"]
reads:
  - contract: {contract}
    team: "{team}"
    criticality: {criticality}
    fields: {{{fields}}}
    assets: [{{kind: {kind}, name: {asset}}}]
"""


@dataclass(slots=True)
class Acme:
    """Everybody and everything, by the names that the story uses. app: the App's id, and what starts it."""

    github: GitHub
    app: int = 0
    credentials: dict[str, Any] = field(default_factory=dict, repr=False)
    people: dict[str, Person] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)

    def __getitem__(self, login: str) -> Person:
        return self.people[login]

    def repository(self, name: str) -> Repository:
        return self.repositories[name]


#: What the second, optional App may do.
WRITER = {"contents": "write", "metadata": "read", "pull_requests": "write"}

#: team -> its members. otto is in the organisation and in no team.
TEAMS = {
    "payments": ["paula", "pete"],
    "support": ["sam", "sue"],
    "finance-analytics": ["fiona", "femi"],
    "customer-360": ["carla", "cem"],
    "growth": ["greg", "gwen"],
    "data-governance": ["gina"],
}


def found(url: str, manifest: dict[str, Any]) -> Acme:
    """People, teams and the App; no repository yet. manifest: as GitHub's manifest flow takes it."""
    github = GitHub(url)
    acme = Acme(github)
    for login in ["ada", "otto", *(login for members in TEAMS.values() for login in members)]:
        acme.people[login] = github.person(login)
    github.steer("POST", "/orgs", {"login": "acme", "owners": ["ada"], "members": sorted(acme.people)})
    for team, members in TEAMS.items():
        github.team("acme", team, [acme[login] for login in members])
    made = github.steer("POST", "/apps", {"owner": "acme", "manifest": manifest})
    second = {**manifest, "name": f"{manifest['name']} writer", "default_permissions": WRITER, "default_events": []}
    writer = github.steer("POST", "/apps", {"owner": "acme", "manifest": second})
    acme.app, acme.credentials = int(made["id"]), {**made, "writer": writer}
    return acme


def settle_in(acme: Acme) -> None:
    """The organisation's policy, three producers, their readers, a data product, and the App installed on all of it."""
    github, ada = acme.github, acme["ada"]
    orders, tickets = "acme/orders-service#orders", "acme/support-desk#tickets"
    plans: list[tuple[str, str, dict[str, str]]] = [
        (".github", "data-governance", {"contracts-policy.yaml": ORGANISATION}),
        (
            "orders-service",
            "payments",
            {
                "README.md": "# Orders\n",
                "contracts-policy.yaml": producer("payments", "@acme/payments", "contracts/orders.odcs.yaml"),
                "contracts/orders.odcs.yaml": ORDERS,
            },
        ),
        (
            "support-desk",
            "support",
            {
                "contracts-policy.yaml": producer("support", "@acme/support", "contracts/tickets.odcs.yaml"),
                "contracts/tickets.odcs.yaml": TICKETS,
            },
        ),
        (
            "checkout",
            "payments",
            {
                "contracts-policy.yaml": producer("payments", "@acme/payments", "contracts/payments.odcs.yaml") + CHECKOUT,
                "contracts/payments.odcs.yaml": PAYMENTS,
                "src/checkout.py": SENDS,
            },
        ),
        ("books", "data-governance", {"contracts-policy.yaml": BOOKS}),
    ]
    for team, contract, fields, criticality, kind, asset in [
        ("finance-analytics", orders, "order_id: {}, amount: {}", "high", "dashboard", "Revenue"),
        ("customer-360", orders, "amount: {}, region: {}", "medium", "report", "Churn by region"),
        ("growth", orders, "order_id: {}, placed_at: {}", "low", "dashboard", "Funnel"),
    ]:
        policy = consumer(f"@acme/{team}", contract, fields, criticality, kind, asset)
        if team == "customer-360":
            policy += consumer(f"@acme/{team}", tickets, "severity_score: {}", "high", "model", "Health score").split("reads:\n")[1]
        if team == "finance-analytics":
            fields = "payment_id: {}, amount: {}, currency: {values: [EUR, USD], new_values: ask}"
            policy += consumer("@acme/finance-analytics", "acme/checkout#payments", fields, "high", "dashboard", "Revenue").split(
                "reads:\n"
            )[1]
        plans.append((team, team, {"contracts-policy.yaml": policy}))
    for name, team, files in plans:
        acme.repositories[name] = github.repository("acme", name, files, ada)
        github.steer("PUT", f"/orgs/acme/teams/{team}/repos/acme/{name}", {"role": "push"})
        for reader in TEAMS:
            if reader != team:
                github.steer("PUT", f"/orgs/acme/teams/{reader}/repos/acme/{name}", {"role": "pull"})
        acme.repositories[name].protect(acme.app)
    github.steer("POST", f"/apps/{acme.app}/installations", {"account": "acme"})
