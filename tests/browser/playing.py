"""What happened in the organisation before anybody looks at the pages."""

from __future__ import annotations

from tests.stories.guarding import Guard
from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, Organisation, edited

_RUNTIME = "    runtime: {mode: halt, acknowledge_minutes: 30, fix_minutes: 120}\n"


def plays(acme: Organisation) -> None:
    """Something for every page to show."""
    acme.rules()
    home = acme.publishes(more=_RUNTIME)
    for reader in ("finance-analytics", "customer-360"):
        acme.reads(reader)
    acme.github.team(acme.name, "product-managers", [acme["otto"]])
    owners = acme.team("data-governance")
    product = f'products:\n  - {{name: Customer 360, manager: "@otto", inputs: ["{acme.name}/orders-service#orders"]}}\n'
    acme.has("data-products", "product-managers", {POLICY: f'version: 1\nowners: ["{owners}"]\n{product}'})
    acme.has("wide-open", "growth", {POLICY: acme.producer(), CONTRACT: ORDERS}, protected=False)
    acme.installs()
    acme.waits(days=1)
    acme.settle()
    pull = acme.proposes("paula", home, {CONTRACT: edited(ORDERS, CENTS)}, title="Amounts in cents")
    acme.settle()
    acme["fiona"].approves(pull)
    acme["greg"].approves(pull)
    guard = Guard(acme)
    guard.gets_a_token()
    guard.halts()
    acme.waits(minutes=45)
    acme.settle()
