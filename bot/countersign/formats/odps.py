"""Open Data Product Standard 0.9 and 1.0, in YAML or JSON: the contracts that a data product is built on.

Only what names them is read (`inputPorts[].contractId`); the rest of the file is not Countersign's to judge.
"""

from __future__ import annotations

from countersign.formats.marked import Marked, Unreadable, load_json, load_yaml
from countersign.model.contract import Place

#: More than any product is built on; a hostile file may hold many more.
_MOST = 1000


def input_ports(text: str, file: str) -> tuple[tuple[str, Place], ...]:
    """(contractId, where) of each input port, in order. Raises `Unreadable`."""
    marked = (load_json if file.endswith(".json") else load_yaml)(text, file)
    data = marked.value
    if not isinstance(data, dict) or data.get("kind") != "DataProduct":
        line = marked.line("kind") if isinstance(data, dict) else 1
        raise Unreadable(
            file, line, "this is no Open Data Product Standard file", "Begin with `apiVersion: v1.0.0` and `kind: DataProduct`"
        )
    ports = data.get("inputPorts", [])
    if not isinstance(ports, list) or len(ports) > _MOST:
        raise Unreadable(file, marked.line("inputPorts"), f"`inputPorts` is no list of at most {_MOST:,} ports", "Write one entry a port")
    return tuple(_port(marked, port, at, file) for at, port in enumerate(ports))


def _port(marked: Marked, port: object, at: int, file: str) -> tuple[str, Place]:
    contract = port.get("contractId") if isinstance(port, dict) else None
    line = marked.line("inputPorts", at, "contractId")
    if not isinstance(contract, str) or not contract.strip() or len(contract) > 400:
        raise Unreadable(
            file, line, "an input port has no `contractId`", "Write the contract that it reads, such as `acme/orders-service#orders`"
        )
    return contract.strip(), Place(file=file, line=line, text=f"contractId: {contract.strip()}")
