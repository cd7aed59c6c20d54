"""Chat and mail through Apprise, to receivers on this machine."""

from __future__ import annotations

import pytest

from countersign.adapters.notify import Notifier, NotifySettings, messages
from countersign.model.telling import Message
from countersign.ports import NotifyTrouble

SAID = Message(subject="Stopped: orders, partition 2", body="Since 09:00 UTC.\nAcknowledge: https://countersign.example/a/b?c=1&d=<2>")


def test_a_chat_gets_subject_and_text_as_they_are(notifier, receivers):
    notifier.chat("CHAT_PAYMENTS", SAID)
    (chat,) = receivers("chat")
    assert (chat["to"], chat["body"]["title"], chat["body"]["message"]) == ("payments", SAID.subject, SAID.body)


def test_a_mail_goes_to_the_channels_address_as_plain_text(notifier, receivers):
    notifier.mail("payments@acme.example", SAID)
    (mail,) = receivers("mail")
    assert (mail["to"], mail["body"]["subject"]) == ("payments@acme.example", SAID.subject)
    assert mail["body"]["text"].replace("\r\n", "\n").strip() == SAID.body


def test_a_chat_that_does_not_take_it_is_tried_again(notifier, receivers):
    receivers.answers("chat", 503)
    with pytest.raises(NotifyTrouble) as trouble:
        notifier.chat("CHAT_PAYMENTS", SAID)
    assert trouble.value.retry_after


def test_an_address_that_apprise_does_not_know_is_told_without_being_shown(caplog):
    with pytest.raises(NotifyTrouble) as trouble:
        messages.chat("nonsense://token-of-mine", SAID)
    assert trouble.value.retry_after is None and "token-of-mine" not in str(trouble.value) + caplog.text


def test_a_failed_chat_leaves_no_address_in_the_log(caplog):
    caplog.set_level("DEBUG")
    with pytest.raises(NotifyTrouble) as trouble:
        messages.chat("json://user:hunter2@127.0.0.1:9/x", SAID)
    assert "hunter2" not in caplog.text + str(trouble.value) + repr(trouble.value.__cause__)


def test_without_a_mail_relay_a_mail_says_what_to_set():
    with pytest.raises(NotifyTrouble, match="COUNTERSIGN_MAIL_URL is not set"):
        Notifier(NotifySettings()).mail("payments@acme.example", SAID)
    with pytest.raises(NotifyTrouble, match="mailtos://"):
        Notifier(NotifySettings(mail_url="smtp.acme.example")).mail("payments@acme.example", SAID)
