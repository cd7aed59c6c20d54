"""Avro's container files: their blocks are unpacked by fastavro, and their records read by `avro_binary`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from countersign.guard.messages.avro_binary import records_reader
from countersign.guard.messages.checker import Undecodable
from countersign.guard.messages.from_avro import NoAvroSchema, parsed


def avro_records(file: BinaryIO) -> Iterator[Any]:
    """The records of an open file, a block at a time. Raises `Undecodable` and `NoAvroSchema`, also later, while it is read."""
    from fastavro import block_reader

    try:
        blocks = block_reader(file)
        decode = records_reader(*parsed(blocks.metadata["avro.schema"]))
        for block in blocks:
            data = block.bytes_.getvalue()  # type: ignore[attr-defined]  # its documentation has it, its stub has not
            yield from decode(data, block.num_records)
    except (NoAvroSchema, OSError, Undecodable):
        raise
    except Exception as error:  # what is no such file, or is packed wrongly, trips fastavro and the codecs in any way there is
        raise Undecodable(f"no Avro file ({type(error).__name__})") from None
