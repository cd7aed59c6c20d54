"""A webhook is signed, goes to the address the operator chose, and cannot be turned elsewhere."""

from __future__ import annotations

import hmac
import json

import pytest

from countersign.adapters.notify.webhook import Webhooks
from countersign.model.telling import Notification
from countersign.ports import NotifyTrouble

SAID = Notification(id="INC-7:3", body={"state": "halted", "incident": 7})


def _to(*addresses, private=()):
    return Webhooks(wall=lambda: 1_772_000_000.0, private=private, resolve=lambda host, port: list(addresses))


def test_the_receiver_can_check_time_and_body_with_its_key(notifier, receivers):
    notifier.webhook("HOOK_PAYMENTS", SAID)
    (hook,) = receivers("webhook")
    headers, body = hook["headers"], hook["body"]
    seconds, _, digest = headers["Countersign-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.compare_digest(digest, hmac.new(b"a key of this webhook", f"{seconds}.{body}".encode(), "sha256").hexdigest())
    assert json.loads(body) == SAID.body and headers["Countersign-Id"] == SAID.id


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.5", "0.0.0.0", "224.0.0.1"]
)
def test_a_private_address_is_refused_unless_the_operator_lists_its_host(address):
    with pytest.raises(NotifyTrouble, match="COUNTERSIGN_WEBHOOK_HOSTS") as trouble:
        _to(address).send("https://hooks.acme.example/x", "k", SAID)
    assert trouble.value.retry_after is None


def test_one_private_address_among_several_is_enough_to_refuse():
    with pytest.raises(NotifyTrouble, match="private network"):
        _to("93.184.216.34", "10.0.0.5").send("https://hooks.acme.example/x", "k", SAID)


@pytest.mark.parametrize("addresses", [("93.184.216.34",), ("10.0.0.5",)])
def test_plain_http_is_for_this_machine_only(addresses):
    with pytest.raises(NotifyTrouble, match="https://"):
        _to(*addresses, private=("hooks.acme.example",)).send("http://hooks.acme.example/x", "k", SAID)


@pytest.mark.parametrize("url", ["", "ftp://x/y", "https://", "https://user:pw@host/", "https://host:99999/", "https://[::1/"])
def test_what_is_no_address_is_refused_and_not_shown(url):
    with pytest.raises(NotifyTrouble, match="no address such as") as trouble:
        _to("93.184.216.34").send(url, "k", SAID)
    assert "pw@host" not in str(trouble.value) and "99999" not in str(trouble.value)


def test_a_redirect_is_not_followed(notifier, receivers):
    receivers.answers("webhook", 302)
    with pytest.raises(NotifyTrouble, match="redirects are not followed") as trouble:
        notifier.webhook("HOOK_PAYMENTS", SAID)
    assert trouble.value.retry_after is None and len(receivers("webhook")) == 1


def test_a_busy_receiver_is_asked_again_with_the_same_id(notifier, receivers):
    receivers.answers("webhook", 503)
    with pytest.raises(NotifyTrouble) as trouble:
        notifier.webhook("HOOK_PAYMENTS", SAID)
    assert trouble.value.retry_after
    notifier.webhook("HOOK_PAYMENTS", SAID)
    assert {one["headers"]["Countersign-Id"] for one in receivers("webhook")} == {SAID.id}
