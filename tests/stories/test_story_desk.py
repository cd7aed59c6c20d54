"""With the bot's facts, the command line gives the bot's verdict (GATE §1)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.stories.organisation import CENTS, CONTRACT, ORDERS, POLICY, WITHOUT_REGION, Organisation, edited
from tests.stories.reading import page
from tests.stories.terminal import beside_the_bot, countersign


def _facts(acme: Organisation, directory: Path, pull: str) -> str:
    """What `countersign facts` prints beside the running bot."""
    return countersign("facts", pull, *beside_the_bot(acme, directory))


def test_the_desk_says_what_the_check_says(acme: Organisation, tmp_path: Path) -> None:
    # `countersign facts` lives by the machine's calendar, like anything that is not the sandbox's own.
    acme.github.steer("POST", "/calendar", {"now": datetime.now(UTC).isoformat()})
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])})
    acme.settle()
    acme["fiona"].approves(pull)
    for people, code in ((("otto",), 1), (("carla",), 0)):
        for who in people:
            acme[who].approves(pull)
        check = acme.settled(pull)
        facts = tmp_path / f"facts-{code}.json"
        facts.write_text(_facts(acme, tmp_path, f"{orders.name}#{pull.number}"))
        clone = acme.clones("pete", orders, f"desk-{code}")
        desk = ["check", "--repo", str(clone.path), "--base", "origin/main", "--head", "origin/change", "--facts", str(facts)]
        organisation = acme.clones("gina", acme.repositories[".github"], f"organisation-{code}").path / "contracts-policy.yaml"
        said = json.loads(countersign(*desk, "--organisation-policy", str(organisation), "--format", "json", codes=(code,)))
        assert said["conclusion"] == check["conclusion"]
        assert said["title"] == check["output"]["title"]
        rows = set(re.findall(r"\*\*(C-[A-Z2-7]{6})\*\*", page(check)))
        assert rows == {one["handle"] for one in said["findings"] if one["level"] in ("breaking", "semantic", "undecided", "invalid")}
        markdown = countersign(*desk, "--organisation-policy", str(organisation), "--format", "markdown", codes=(code,))
        for handle in rows:
            assert _row(markdown, handle).count("●") == _row(check["output"]["summary"], handle).count("●")


def _row(text: str, handle: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| **{handle}**"))


def test_offline_the_same_findings_have_the_same_fingerprints_and_nothing_is_signed(acme: Organisation) -> None:
    orders = acme.repositories["orders-service"]
    pull = acme.proposes("paula", orders, {CONTRACT: edited(ORDERS, [*CENTS, WITHOUT_REGION[1]])})
    check = acme.settled(pull)
    clone = acme.clones("pete", orders, "desk")
    desk = ["check", "--repo", str(clone.path), "--base", "origin/main", "--head", "origin/change", "--format", "json"]
    said = json.loads(countersign(*desk, codes=(1,)))
    rows = set(re.findall(r"\*\*(C-[A-Z2-7]{6})\*\*", page(check)))
    assert rows == {one["handle"] for one in said["findings"] if one["level"] == "breaking"}


def test_the_desk_knows_of_unknown_contracts_what_the_bot_knows(acme: Organisation, tmp_path: Path) -> None:
    growth = acme.has("growth", "growth", {"README.md": "# Growth\n"})
    who = acme.team("growth")
    entry = f'  - {{contract: {acme.name}/orders-service#order, team: "{who}", fields: {{amount: {{}}}}}}\n'
    pull = acme.proposes("greg", growth, {POLICY: f'version: 1\nowners: ["{who}"]\nreads:\n{entry}'})
    assert acme.settled(pull)["conclusion"] == "failure"
    facts = tmp_path / "facts.json"
    facts.write_text(_facts(acme, tmp_path, f"{growth.name}#{pull.number}"))
    clone = acme.clones("gwen", growth)
    desk = ["check", "--repo", str(clone.path), "--base", "origin/main", "--head", "origin/change", "--format", "json"]
    assert json.loads(countersign(*desk))["conclusion"] == "success"  # alone it cannot know
    said = json.loads(countersign(*desk, "--facts", str(facts), codes=(1,)))
    assert [one["rule"] for one in said["findings"]] == ["registration-unknown"]
