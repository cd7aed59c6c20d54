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

registration_contested = reported(
    "registration-contested",
    Level.SEMANTIC,
    Question.GATE,
    """The policy contests a registration: that reader would be told of breaks, and not waited for.

    A registration can be made to block, or name data that its team does not read. Then the contract's owners may contest it. As this takes
    a reader's say away, one of the contract's owners has to sign it, who is not the author; data governance is told by an issue. It holds
    for findings that are first shown after it has landed: what was already published waits for the reader all the same.

    ```diff
    + contested:
    +   - {contract: "acme/orders-service#orders", team: "@acme/growth", reason: reads a copy of the table}
    ```

    To avoid it: ask the team to take its registration out, or to name the fields that it does read.
    """,
)

criticality_raised = reported(
    "criticality-raised",
    Level.SEMANTIC,
    Question.GATE,
    """A registration claims `criticality: high`.

    A highly critical reader has more time to answer, and its silence never counts as consent, so it holds producers up for longer. So
    one of the contract's owners, or of data governance, has to agree, by an approving review of the reader's pull request. Where nothing is
    enforced the entry can land without that; it then counts as `medium` until somebody has agreed.

    ```diff
      reads:
        - contract: acme/orders-service#orders
          team: "@acme/finance-analytics"
    +     criticality: high
    ```

    To avoid it: leave it at `medium`. All that a registration protects, it protects at any criticality.
    """,
)
