"""What the tests of the command line work on: a policy, a contract before and after, and the repository that holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from click.testing import Result
from tests.gitrepo import GitRepository

CONTRACT = "contracts/orders.odcs.yaml"

POLICY = """\
version: 1
owners: ["@acme/payments"]
publishes:
  - contract: contracts/*.odcs.yaml
"""

ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.4.0
status: active
schema:
  - name: orders
    properties:
      - {name: order_id, logicalType: string, required: true}
      - name: amount
        logicalType: string
        required: true
      - {name: region, logicalType: string}
"""

#: `amount` has another type and `region` is gone, at version 2.0.0.
BROKEN = (
    ORDERS.replace("1.4.0", "2.0.0")
    .replace("name: amount\n        logicalType: string", "name: amount\n        logicalType: integer")
    .replace("      - {name: region, logicalType: string}\n", "")
)

Run = Callable[..., Result]


@dataclass(frozen=True)
class Orders:
    """base: the branch `main`, with a policy and a contract. broken, harmless: branches that go on from it."""

    git: GitRepository
    base: str
    broken: str
    harmless: str

    @property
    def path(self) -> str:
        return str(self.git.path)
