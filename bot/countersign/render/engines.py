"""What readers read with, where that decides whether a change hurts them."""

from __future__ import annotations

from countersign.model.consumer import Registration
from countersign.model.engine import TABLES, Engine
from countersign.model.verdict import Judged
from countersign.render.markdown import code
from countersign.render.readers import reader_name

_TABLE = "reads old and new files alike in the newest type"
#: Why an engine's readers notice nothing.
_THROUGH = {**dict.fromkeys(TABLES, _TABLE), Engine.FLINK: "takes the fields that are declared there and passes over the others"}
#: Why they alone are hurt.
_HURT = {
    **dict.fromkeys(TABLES, "cannot read old files with it"),
    Engine.PROTOBUF_JSON: "reads fields by the names that they have in JSON",
    Engine.SQL: "may take columns by their place",
}


def engines_sentence(one: Judged) -> str:
    """Whom their engine spares, and whom alone it brings in; as Markdown, "" if neither."""
    spared = [f"{through(entry)}." for entry, _ in one.read_through]
    hurt = {entry.reads_with for signer in one.signers for entry, _ in signer.hits if _alone(one, entry)}
    only = [f"It hurts only who reads with {code(engine)}, which {_HURT.get(Engine(engine), 'is hurt by it')}." for engine in sorted(hurt)]
    return " ".join(dict.fromkeys([*spared, *only]))


def through(entry: Registration) -> str:
    """``growth reads with `iceberg-v3`, which reads old and new files alike in the newest type``. What a private reader uses is its own."""
    if entry.private:
        return f"{reader_name(entry)} reads it with something that reads this through"
    return f"{reader_name(entry)} reads with {code(entry.reads_with)}, which {_THROUGH.get(Engine(entry.reads_with), 'reads this through')}"


def _alone(one: Judged, entry: Registration) -> bool:
    """Whether the finding blocks only because of what this reader reads with."""
    return not entry.private and any(said.engine == entry.reads_with and said.level.blocks for said in one.finding.engines)
