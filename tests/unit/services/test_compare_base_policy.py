"""By which policy a change is judged, when the one at the base cannot be read (GATE §1): never by none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import BROKEN, CONTRACT, ORDERS, POLICY

from countersign.adapters.children import Fork
from countersign.adapters.git.desk import Desk
from countersign.model.policy import Mode
from countersign.policy import Document
from countersign.services.compare import compare
from countersign.services.comparison import Comparison
from countersign.services.in_force import Organisation, organisation_at
from countersign.services.reading import Reader

FILE = "contracts-policy.yaml"
TYPO = POLICY + "bogus: 1\n"
ABOVE = 'version: 1\nowners: ["@acme/council"]\nrequire:\n  overrides: {by: ["@acme/council"]}\n'

Judge = Callable[..., Comparison]


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "orders-service.git")


@pytest.fixture
def judge(git: GitRepository) -> Iterator[Judge]:
    """What a branch with these files would bring to main."""
    with Desk(git.path) as desk:
        reader = Reader(desk, Fork())

        def _judge(
            files: dict[str, str | None], *, name: str = "acme/orders-service", organisation: Organisation | None = None
        ) -> Comparison:
            base = git.tip("refs/heads/main")
            return compare(reader, name, base, git.commit(files, branch="topic", parents=[base]), organisation)

        yield _judge


def rules(comparison: Comparison) -> list[str]:
    return sorted(finding.rule for finding in comparison.findings)


def knobs(comparison: Comparison) -> list[str]:
    return [finding.path[0] for finding in comparison.findings if finding.rule == "gate-loosened"]


# -- the repository's own --------------------------------------------------------------------------------------------------------


def test_the_last_readable_policy_holds_and_the_remark_says_so(git: GitRepository, judge: Judge) -> None:
    first = git.commit({FILE: POLICY, CONTRACT: ORDERS})
    git.commit({FILE: TYPO})
    found = judge({CONTRACT: BROKEN})
    assert "field-removed" in rules(found)
    assert found.remarks == (
        f"{FILE}:5 on the base branch cannot be read (`bogus` is not a key here); the policy of {first[:7]} is used instead.",
    )


def test_a_repair_that_loosens_is_held_against_the_last_readable_policy(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: POLICY, CONTRACT: ORDERS})
    git.commit({FILE: TYPO})
    assert knobs(judge({FILE: POLICY + "mode: observe\n"})) == ["mode"]
    assert rules(judge({FILE: POLICY})) == []


def test_a_time_without_a_policy_is_no_version_of_it(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: POLICY, CONTRACT: ORDERS})
    git.commit({FILE: None})
    git.commit({FILE: TYPO})
    assert "field-removed" in rules(judge({CONTRACT: BROKEN}))


def test_a_policy_that_was_never_readable_lets_nothing_pass_but_its_repair(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: TYPO, CONTRACT: ORDERS, "README.md": "Orders.\n"})
    found = judge({"README.md": "All orders.\n"})
    assert (found.touched, rules(found)) == (True, ["policy-unreadable"])
    assert "nor any earlier version" in found.remarks[0]
    assert rules(judge({FILE: POLICY})) == []


def test_a_first_readable_policy_cannot_break_a_contract_in_passing_nor_choose_who_signs(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: TYPO, CONTRACT: ORDERS})
    mine = 'version: 1\nowners: ["@acme/mine"]\npublishes:\n  - {contract: contracts/*.odcs.yaml, mode: observe}\n'
    found = judge({FILE: mine, CONTRACT: BROKEN}, organisation=Organisation(Document(FILE, ABOVE)))
    assert "field-removed" in rules(found)
    (contract,) = found.contracts
    assert (contract.publishes.settings.mode, contract.owners) == (Mode.ENFORCE, ("@acme/council",))


def test_a_first_readable_policy_is_compared_with_the_organisations(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: TYPO, CONTRACT: ORDERS})
    assert knobs(judge({FILE: POLICY + "mode: observe\n"}, organisation=Organisation(Document(FILE, ABOVE)))) == ["mode"]


# -- the organisation's ----------------------------------------------------------------------------------------------------------


def organisation(tmp_path: Path, *versions: str) -> tuple[Organisation, list[str]]:
    """The policy of acme/.github after these versions, and their commits."""
    git = GitRepository(tmp_path / "github.git")
    commits = [git.commit({FILE: text}) for text in versions]
    with Desk(git.path) as desk:
        return organisation_at(Reader(desk, Fork()), "acme/.github", commits[-1]), commits


def test_a_typo_in_the_organisations_policy_turns_nothing_green(tmp_path: Path, git: GitRepository, judge: Judge) -> None:
    above, commits = organisation(tmp_path, ABOVE, ABOVE.replace("require", "requre"))
    git.commit({FILE: POLICY, CONTRACT: ORDERS})
    found = judge({CONTRACT: BROKEN}, organisation=above)
    assert "field-removed" in rules(found)
    assert found.policy.overrides.by == ("@acme/council",)
    assert found.remarks == (
        f"acme/.github: {FILE}:3 cannot be read (`requre` is not a key here; did you mean `require`?); "
        f"the organisation's policy of {commits[0][:7]} is used instead.",
    )


def test_without_a_readable_version_above_the_repository_is_judged_by_its_own_policy(
    tmp_path: Path, git: GitRepository, judge: Judge
) -> None:
    above, _ = organisation(tmp_path, "requre: {}\n")
    git.commit({FILE: POLICY, CONTRACT: ORDERS})
    found = judge({CONTRACT: BROKEN}, organisation=above)
    assert "field-removed" in rules(found)
    assert found.remarks[0].endswith("nor any earlier version; the repository's own policy is used alone.")


# -- the mode of findings about the policy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("top", "entry", "mode"), [("observe", "enforce", Mode.ENFORCE), ("observe", "warn", Mode.WARN)])
def test_findings_about_the_policy_stand_under_its_strictest_mode(
    git: GitRepository, judge: Judge, top: str, entry: str, mode: Mode
) -> None:
    policy = f'version: 1\nmode: {top}\nowners: ["@acme/payments"]\npublishes:\n  - {{contract: {CONTRACT}, mode: {entry}}}\n'
    git.commit({FILE: policy, CONTRACT: ORDERS})
    found = judge({FILE: policy.replace(f"mode: {entry}", "mode: observe")})
    assert knobs(found) == [f"publishes[{CONTRACT}].mode"]
    assert found.settings.mode is mode


@pytest.mark.parametrize(("overriders", "mode"), [('require:\n  overrides: {by: ["@acme/council"]}\n', Mode.ENFORCE), ("", Mode.WARN)])
def test_the_organisations_own_file_is_enforced_once_somebody_may_override(
    git: GitRepository, judge: Judge, overriders: str, mode: Mode
) -> None:
    policy = "version: 1\ndefault:\n  mode: warn\n" + overriders
    git.commit({FILE: policy})
    assert judge({FILE: policy.replace("warn", "observe")}, name="acme/.github").settings.mode is mode


# -- owners ----------------------------------------------------------------------------------------------------------------------


def test_the_same_owners_in_another_order_loosen_nothing(git: GitRepository, judge: Judge) -> None:
    git.commit({FILE: POLICY.replace('owners: ["@acme/payments"]\n', ""), CONTRACT: ORDERS, "CODEOWNERS": "* @acme/a @acme/b\n"})
    assert rules(judge({"CODEOWNERS": "* @acme/b @acme/a\n"})) == []
    assert rules(judge({"CODEOWNERS": "* @acme/b @acme/a @acme/c\n"})) == ["gate-loosened"]
