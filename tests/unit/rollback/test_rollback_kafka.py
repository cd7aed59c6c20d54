"""Where a stopped consumer group stands: asked only where the operator said how."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign.adapters.rollback import KafkaSources


def test_a_source_that_nobody_set_up_is_not_asked(tmp_path: Path) -> None:
    assert KafkaSources.read(None).committed("orders", "0") is None
    file = tmp_path / "kafka.yaml"
    file.write_text("other: {bootstrap.servers: '127.0.0.1:1', group.id: g, topic: t}\n")
    assert KafkaSources.read(file).committed("orders", "0") is None


@pytest.mark.parametrize("text", ["- a list", "orders: {group.id: g}", "orders: [", "orders: secret-password"])
def test_a_file_that_is_not_as_it_should_be_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    file = tmp_path / "kafka.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"kafka\.yaml") as trouble:
        KafkaSources.read(file)
    assert "secret" not in str(trouble.value)
