"""What `countersign guard run` is told: what is wrong is said, and secrets stay out of files."""

from __future__ import annotations

import pytest

from countersign.guard.kafka.settings import BadSettings, client, read
from countersign.model.runtime import GuardMode

FILE = """\
contract: orders.odcs.yaml
bootstrap_servers: localhost:9092
topic: orders
directory: /var/lib/guard/orders
"""


def test_names_that_are_not_said_come_of_the_topic() -> None:
    settings = read(FILE, {})
    assert (settings.consumer_group, settings.control_topic) == ("countersign-guard.orders", "countersign-guard.orders.control")
    assert (settings.runtime, settings.windows) == (None, None)


def test_an_option_counts_more_than_the_file() -> None:
    settings = read(FILE + "mode: quarantine\nhalt_over: {bad: 0.2}\ntotals: {seconds: 10}\n", {"mode": "halt", "group": "mine"})
    assert settings.consumer_group == "mine"
    assert settings.runtime is not None and (settings.runtime.mode, settings.runtime.halt_over.bad) == (GuardMode.HALT, 0.2)
    assert settings.windows is not None and settings.windows.seconds == 10


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("topics: orders", "there is no setting `topics`; did you mean `topic`?"),
        ("mode: hlat", "`mode` is `hlat`; it can be observe, quarantine, halt; did you mean `halt`?"),
        ("encoding: avro_framed", "did you mean `avro-framed`?"),
        ("canary: many", "Expected `int`, got `str` - at `canary`"),
        ("forward: a\niceberg: b/c.d", "good records go to one place"),
        ("transactions: one\niceberg: b/c.d", "`transactions` is for topics"),
        ("client: {sasl.password: hush}", "give it in COUNTERSIGN_KAFKA_SASL_PASSWORD"),
        ("- what", "no YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_name(more: str, said: str) -> None:
    with pytest.raises(BadSettings) as wrong:
        read(FILE + more, {})
    assert said in str(wrong.value)
    assert "hush" not in str(wrong.value)


def test_all_that_is_missing_is_said_at_once_with_its_option() -> None:
    with pytest.raises(BadSettings, match=r"not given: `contract`, `bootstrap_servers`, `directory`.*--bootstrap-servers"):
        read("topic: orders", {})


def test_secrets_come_from_the_environment() -> None:
    settings = read(FILE + "client: {security.protocol: SASL_SSL, sasl.username: guard}\n", {})
    assert client(settings, {"COUNTERSIGN_KAFKA_SASL_PASSWORD": "hush", "HOME": "/root"}) == {
        "bootstrap.servers": "localhost:9092",
        "security.protocol": "SASL_SSL",
        "sasl.username": "guard",
        "sasl.password": "hush",
    }
