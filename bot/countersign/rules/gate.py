"""What weakens the gate itself. The policy room sees these; a service raises them."""

from __future__ import annotations

from countersign.model.finding import Level, Question
from countersign.rules.rule import reported

gate_loosened = reported(
    "gate-loosened",
    Level.SEMANTIC,
    Question.GATE,
    """A setting of the policy protects less than before, or cannot be shown to protect as much.

    The change takes effect for every later pull request, so the readers who would be asked by the present policy must not lose
    that in passing. There is one finding for each setting. A setting without an order (owners, code paths) is loosened by any change.

    ```diff
    - mode: enforce
    + mode: observe
    ```

    Signatures of readers do not clear it: only an override by those whom the organisation's policy names in `overrides.by` does.

    To avoid it: settle it with them first, in a pull request that changes only the policy.
    """,
)

registration_removed = reported(
    "registration-removed",
    Level.SEMANTIC,
    Question.GATE,
    """A registration is taken out, or names fewer fields, another team, or an earlier end.

    From then on that team is not asked any longer. So the team that is named in the entry has to sign, whoever wrote the pull
    request. What was already published waits for the team all the same.

    ```diff
      reads:
    -   - {contract: "acme/orders-service#orders", team: "@acme/finance-analytics"}
    ```

    To avoid it: let the team itself review the pull request; its approval is the signature.
    """,
)

delegate_added = reported(
    "delegate-added",
    Level.SEMANTIC,
    Question.GATE,
    """A registration names somebody who may sign for its team.

    A delegate's approval counts as the team's own, so the team has to agree to it: it is the one that signs, whoever wrote the pull
    request. Taking a delegate out again needs nobody.

    ```diff
      reads:
        - contract: acme/orders-service#orders
          team: "@acme/finance-analytics"
    +     delegates: ["@acme/finance-leads"]
    ```

    To avoid it: let somebody of the team review the pull request.
    """,
)
