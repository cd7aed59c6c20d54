"""Can it be read, and is it in order? Services raise these; only the version is judged here."""

from __future__ import annotations

from countersign.model.finding import Level, Question
from countersign.rules.rule import reported

contract_unreadable = reported(
    "contract-unreadable",
    Level.INVALID,
    Question.FORM,
    """A contract file cannot be read, or fails the schema of its own format.

    What cannot be read cannot be compared, and what cannot be compared must not pass. The finding names the file and the line,
    and says what to write instead.

    ```diff
    - apiVersion: v3.1.0
    + apiVersion: v2.2.2
    ```

    It is also raised for a file that is over 10 MB, that takes too long to parse, or whose format is not read.

    To avoid it: run `countersign check --base origin/main` before you push.
    """,
)

policy_unreadable = reported(
    "policy-unreadable",
    Level.INVALID,
    Question.FORM,
    """The policy (`contracts-policy.yaml`) cannot be read, holds an unknown key or word, or is looser than the organisation allows.

    The policy says who is asked and what blocks. A typing error in it could switch the gate off without anybody noticing, so an
    unknown key is an error with its line and the nearest name.

    ```diff
    -     protects: readers
    +     protect: readers
    ```

    To avoid it: run `countersign policy check`, or let your editor complete from the policy's schema.
    """,
)

version_not_raised = reported(
    "version-not-raised",
    Level.INVALID,
    Question.FORM,
    """The contract breaks something and still says the version that it had.

    Readers pin and look up versions. Two contents under one version cannot be told apart in a log, an incident or a rollback.
    A version counts as raised when it is greater than before, by the order of semantic versioning; where it is not of that form,
    any other text counts. A contract without a version (Avro, JSON Schema) is not asked for one.

    ```diff
      version: 1.4.0
    - - {name: region, logicalType: string}
    ```

    To avoid it: raise the version in the same pull request. For a breaking change that is the first number: 2.0.0.
    """,
)

contract_conflict = reported(
    "contract-conflict",
    Level.INVALID,
    Question.FORM,
    """A contract or a policy conflicts with the base branch, so nobody can say yet what would land.

    Git left conflict markers where both sides changed the same lines. Until they are resolved, the branch is held against the
    commit where it left the base, so that its findings are shown; but what readers would sign is not settled.

    ```diff
    + <<<<<<< main
      version: 1.5.0
    + =======
    + version: 2.0.0
    + >>>>>>> cents
    ```

    To avoid it: merge or rebase onto the base branch, and push.
    """,
)

merge_changes_meaning = reported(
    "merge-changes-meaning",
    Level.INVALID,
    Question.FORM,
    """Merging gives a contract that neither side wrote.

    Git merges texts line by line without a conflict, and the result can say something new: a line moves under another field. What
    would land is then not what the author wrote and not what reviewers saw.

    ```diff
      - name: region
    -   required: true
      - name: store
    +   required: true
    ```

    To avoid it: merge or rebase onto the base branch, look at the contract, and push again.
    """,
)

duplicate_contract_id = reported(
    "duplicate-contract-id",
    Level.INVALID,
    Question.FORM,
    """Two files of the repository claim the same contract id.

    Readers register on the id. With two files behind one id nobody can say which one they depend on.

    ```diff
      publishes:
        - {contract: contracts/orders.odcs.yaml}
    +   - {contract: legacy/orders.odcs.yaml}
    ```

    The id is the file's name up to the first dot unless the entry says otherwise.

    To avoid it: give one of them an `id:` of its own in its `publishes:` entry, or write `id_from: path` for a pattern.
    """,
)

product_unreadable = reported(
    "product-unreadable",
    Level.INVALID,
    Question.FORM,
    """Nobody can tell what a data product is built on.

    Its Open Data Product Standard file cannot be read, or one of its inputs is no contract, or an id that several contracts have. Its
    manager believes to be asked, and is not.

    ```diff
      inputPorts:
        - name: orders
    +     contractId: ordres
    ```

    To avoid it: write the contract as `org/repo#id`. An id alone will do where only one contract of the organisation has it.
    """,
)

registration_unknown = reported(
    "registration-unknown",
    Level.INVALID,
    Question.FORM,
    """A `reads:` entry names a contract or a field that does not exist.

    Such a registration protects nobody: the reader believes to be asked, and is not. The finding gives the nearest name that
    exists.

    ```diff
      reads:
        - contract: acme/orders-service#orders
          fields:
    +       amuont: {}
    ```

    To avoid it: copy the name from the contract, and register before you build on it.
    """,
)
