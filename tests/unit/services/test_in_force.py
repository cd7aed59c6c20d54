"""Where the organisation's policy comes from, and which branches a policy gates, when something cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.gitrepo import GitRepository
from tests.unit.cli.producer import POLICY

from countersign.adapters.children import Fork
from countersign.adapters.database import Database, open_database, upgrade
from countersign.adapters.git.desk import Desk
from countersign.model.github import Repository
from countersign.ports import GitTrouble
from countersign.services.branches import is_gated
from countersign.services.context import Ports
from countersign.services.in_force import Organisation
from countersign.services.installations import forget_repositories
from countersign.services.reading import Reader

FILE = "contracts-policy.yaml"
GITHUB = Repository(name="acme/.github", id=1, installation=1, default_branch="main", private=False)
ORDERS = Repository(name="acme/orders-service", id=2, installation=1, default_branch="main", private=False)


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, tzinfo=UTC)


class Unreachable(Desk):
    """A Git whose remote does not answer."""

    def fetch(self, repository: str, wanted: object) -> None:
        raise GitTrouble(f"{repository} cannot be fetched")


@pytest.fixture
def git(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "there.git")


@pytest.fixture
def records(tmp_path: Path) -> Database:
    engine = open_database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    database = Database(engine)
    database.keep_repositories([ORDERS])
    return database


@pytest.fixture
def ports(git: GitRepository, records: Database) -> Iterator[Ports]:
    with Desk(git.path) as desk:
        yield over(desk, records)


def over(desk: Desk, records: Database) -> Ports:
    nobody: object = None
    return Ports(
        calendar=Noon(),
        git=desk,
        github=nobody,  # type: ignore[arg-type]  # nothing here calls GitHub
        records=records,
        queue=nobody,  # type: ignore[arg-type]  # nor puts a job
        reader=Reader(desk, Fork()),
        github_url="https://github.example",
        rules_url="https://rules.example",
    )


def test_release_branches_stay_gated_while_the_policy_that_names_them_cannot_be_read(git: GitRepository, ports: Ports) -> None:
    git.commit({FILE: POLICY + 'branches: ["/release/**"]\n'})
    git.commit({FILE: POLICY + 'branches: ["/release/**"]\nbogus: 1\n'})
    assert is_gated(ports, ORDERS, "release/1")
    assert not is_gated(ports, ORDERS, "feature/1")


def test_an_organisation_without_a_policy_is_no_trouble(ports: Ports) -> None:
    assert ports.organisation_policy("acme/orders-service") is None


def test_a_policy_above_that_cannot_be_fetched_decides_nothing(git: GitRepository, records: Database) -> None:
    git.commit({FILE: "version: 1\n"})
    records.keep_repositories([GITHUB])
    with Unreachable(git.path) as desk, pytest.raises(GitTrouble, match=r"acme/\.github cannot be fetched"):
        over(desk, records).organisation_policy("acme/orders-service")


def test_checks_say_so_when_the_organisations_repository_was_taken_from_the_app(
    git: GitRepository, ports: Ports, records: Database
) -> None:
    git.commit({FILE: "version: 1\n"})
    records.keep_repositories([GITHUB])
    above = ports.organisation_policy("acme/orders-service")
    assert above is not None and above.document is not None and above.remark == ""
    forget_repositories(ports, ["acme/.github"])
    assert ports.organisation_policy("acme/orders-service") == Organisation(
        None, "acme/.github is no longer open to Countersign, so the organisation's floor, owners and overriders are not known here."
    )
