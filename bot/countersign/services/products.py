"""Data products: their input ports out of the files that the policy names, and what a change takes from their managers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from countersign import policy as policies
from countersign.model.consumer import Reference, Registration
from countersign.model.contract import Place
from countersign.model.finding import Finding
from countersign.model.policy import Policy
from countersign.model.product import Input, Product
from countersign.ports import Died
from countersign.rules import report
from countersign.services.codec import load
from countersign.services.comparison import Notebook, Sides
from countersign.services.reading import Reader
from countersign.services.registration_findings import registration_removed


def files_of(policy: Policy) -> frozenset[str]:
    """The Open Data Product Standard files that a policy names."""
    return frozenset(product.odps for product in policy.products if product.odps)


def with_ports(reader: Reader, repository: str, tree: str, products: Sequence[Product]) -> tuple[Product, ...]:
    """The products with the input ports of their files among the inputs, as these stand at a commit or tree."""
    files = sorted({product.odps for product in products if product.odps})
    texts = reader.texts(repository, reader.git.paths(repository, tree, files)) if files else {}
    readable = {file: text.text for file, text in texts.items() if text.text is not None}
    items = [{"file": file, "text": text} for file, text in readable.items()]
    answers = dict(zip(readable, reader.children.run("countersign.services.child:read_product", items), strict=True)) if items else {}
    found: list[Product] = []
    for product in products:
        answer = answers.get(product.odps)
        if not product.odps:
            found.append(product)
        elif answer is None:
            why = texts[product.odps].trouble if product.odps in texts else "there is no such file"
            found.append(replace(product, unread=why))
        elif isinstance(answer, Died):
            found.append(replace(product, unread=answer.detail))
        elif "unread" in answer:
            found.append(replace(product, unread=answer["unread"], unread_line=answer["line"]))
        else:
            ports = load(tuple[tuple[str, Place], ...], answer["ports"])
            inputs = (Input(reference=_reference(contract), place=place) for contract, place in ports)
            # What the policy says of a contract, with fields, goes before the port that names it as a whole.
            known = {one.reference for one in product.inputs}
            found.append(replace(product, inputs=(*product.inputs, *(one for one in inputs if one.reference not in known))))
    return tuple(found)


def resolved(one: Input, repository: str, catalogue: Mapping[Reference, object]) -> tuple[Reference, ...]:
    """What an input may mean: itself if it names a repository, else every contract of this id in the organisation."""
    if one.reference.repository:
        return (one.reference,)
    organisation = repository.split("/")[0].lower()
    named = (known for known in catalogue if known.contract == one.reference.contract)
    return tuple(known for known in named if known.repository.split("/")[0].lower() == organisation)


def settled(product: Product, catalogue: Mapping[Reference, object]) -> Product:
    """With a repository for every input that means one contract; an input that means none or several stays as it is."""
    means = {one: resolved(one, product.repository, catalogue) for one in product.inputs}
    return replace(product, inputs=tuple(replace(one, reference=found[0]) if len(found) == 1 else one for one, found in means.items()))


def registrations(products: Sequence[Product]) -> tuple[Registration, ...]:
    """Of managers and teams, on every contract that is known by its repository."""
    return tuple(entry for product in products for entry in product.registrations() if entry.reference.repository)


def judge_products(
    reader: Reader, repository: str, sides: Sides, old: Policy, new: Policy | None, notes: Notebook
) -> tuple[tuple[Product, ...], tuple[Product, ...]]:
    """The products before and after a change. Findings say which files cannot be read, and what managers lose (GATE §4, Registrations)."""
    if new is None or (old.products == new.products and sides.paths.isdisjoint(files_of(old))):
        return (), ()
    before, after = (with_ports(reader, repository, tree, policy.products) for tree, policy in ((sides.base, old), (sides.landed, new)))
    notes.findings += _unreadable(after)
    spoilt = {product.name for product in after if product.unread}  # what it names is not known, and the file has to be repaired first
    said = tuple(entry for product in before if product.name not in spoilt for entry in product.registrations())
    kept = tuple(entry for product in after for entry in product.registrations())
    for gone, left in policies.removed_registrations(replace(old, reads=said), replace(new, reads=kept)):
        notes.findings.append(registration_removed(gone, left))
    return before, after


def _unreadable(products: Sequence[Product]) -> Iterator[Finding]:
    for product in products:
        if product.unread:
            yield report(
                "product-unreadable",
                contract="",
                path=(product.name, product.unread),
                message=f"{product.odps} cannot be read: {product.unread.rstrip('.')}.",
                remedy="Repair the file, or correct `odps:` of the product.",
                place=Place(file=product.odps, line=product.unread_line),
            )


def _reference(contract: str) -> Reference:
    """What a port names; an id alone has still to be looked up."""
    try:
        return policies.parse_reference(contract)
    except ValueError:
        return Reference("", contract)
