"""app.yml, GitHub's manifest of it, and the page for people say the same."""

import re
from pathlib import Path

import pytest
import yaml

from countersign.adapters.github import events, tokens
from countersign.adapters.github.manifest import ALWAYS_DELIVERED, manifest

ROOT = Path(__file__).parents[3]
APP_YML = (ROOT / "app.yml").read_text()
PERMISSIONS = yaml.safe_load(APP_YML)["permissions"]


def test_github_is_given_the_app_with_the_address_of_this_countersign():
    made = manifest(APP_YML, "https://countersign.acme.test/")
    assert made["name"] == "Countersign" and made["public"] is False
    assert made["url"] == "https://countersign.acme.test/"
    assert made["hook_attributes"] == {"url": "https://countersign.acme.test/webhooks", "active": True}
    assert made["default_permissions"] == PERMISSIONS


def test_what_is_subscribed_is_what_is_handled():
    assert set(manifest(APP_YML, "https://c.test")["default_events"]) == events.handled() - ALWAYS_DELIVERED


def test_no_token_asks_for_more_than_the_app_has():
    for wanted in (tokens.JUDGE, tokens.READ, tokens.ROSTER, tokens.DEPLOY):
        assert all(PERMISSIONS[name] == access or (PERMISSIONS[name], access) == ("write", "read") for name, access in wanted.items())


def test_the_app_has_nothing_that_no_token_and_no_event_needs():
    needed = {**tokens.ROSTER, **tokens.READ, **tokens.DEPLOY, **tokens.JUDGE}
    assert {**needed, "merge_queues": "read"} == PERMISSIONS, "merge_queues lets the App hear of merge groups"


def test_countersign_cannot_write_code_or_change_settings():
    assert PERMISSIONS["contents"] == "read"
    assert not {"administration", "workflows", "secrets", "statuses"} & set(PERMISSIONS)
    assert PERMISSIONS["actions"] == "read"


def test_every_permission_in_the_file_has_its_reason_above_it():
    block = APP_YML.partition("permissions:\n")[2].partition("\nevents:")[0].partition("\n\n")[0].splitlines()
    for line, above in zip(block[1:], block, strict=False):
        assert line.lstrip().startswith("#") or above.lstrip().startswith("#"), line


def test_the_page_for_people_lists_the_same_permissions_and_events():
    page = (ROOT / "docs" / "permissions.md").read_text()
    rows = re.findall(r"^\| ([A-Z][A-Za-z ]+) \| (read|write) \|", page, re.MULTILINE)
    assert {name.lower().replace(" ", "_"): access for name, access in rows} == PERMISSIONS
    table = page.partition("## Events")[2].partition("GitHub also sends")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) == events.handled() - ALWAYS_DELIVERED


@pytest.mark.parametrize("text", ["", "name: x", APP_YML + "\nextra: 1\n"])
def test_a_file_with_other_keys_is_refused(text):
    with pytest.raises(ValueError, match=r"app\.yml must have the keys"):
        manifest(text, "https://c.test")
