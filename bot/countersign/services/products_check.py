"""What a change says that data products are built on, held against the contracts that exist: a manager of nothing is never asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from countersign.model.consumer import Reference
from countersign.model.finding import Finding
from countersign.model.product import Input, Product
from countersign.render.words import listed
from countersign.rules import report
from countersign.services.comparison import Comparison
from countersign.services.context import Ports
from countersign.services.products import resolved
from countersign.services.registrations_check import AGAIN, missing, nearest


def unknown_inputs(ports: Ports, repository: str, comparison: Comparison) -> tuple[Finding, ...]:
    """A finding for each input that is added and is no contract, or several. Names are given only where everybody may see them."""
    before, after = comparison.products
    known_before = {(product.name, one.written, one.fields) for product in before for one in product.inputs}
    added = [(product, one) for product in after for one in product.inputs if (product.name, one.written, one.fields) not in known_before]
    if not added:
        return ()
    known = dict(ports.records.catalogue())
    # What the same pull request brings is on no default branch yet.
    known |= {
        Reference(repository, contract.id): () for contract in comparison.contracts if Reference(repository, contract.id) not in known
    }
    visible = {row.name for row in ports.records.repositories() if not row.private or row.name == repository}
    return tuple(finding for product, one in added for finding in _judged(product, one, known, visible))


def _judged(product: Product, one: Input, known: Mapping[Reference, Sequence[str]], visible: set[str]) -> Iterator[Finding]:
    found = [reference for reference in resolved(one, product.repository, known) if reference._replace(dataset="") in known]
    shown = [reference for reference in known if reference.repository in visible]
    if not found:
        names = [str(reference) if one.reference.repository else reference.contract for reference in shown]
        near = nearest(one.written, names)
        yield _report(product, one, f"There is no contract {one.written}", f"Did you mean `{near}`? {AGAIN}" if near else AGAIN)
    elif len(found) > 1:
        names = [f"`{reference}`" for reference in found if reference in shown]
        remedy = f"Write {listed(names, 3, 'or')}." if names else "Write it as `org/repo#id`."
        yield _report(product, one, f"{len(found)} contracts are called {one.written}", remedy)
    elif one.fields and known[found[0]._replace(dataset="")]:
        hint = found[0].repository in visible
        for what, near in missing(found[0], one.fields, known[found[0]._replace(dataset="")]):
            yield _report(product, one, what, f"Did you mean `{near}`? {AGAIN}" if hint and near else AGAIN)


def _report(product: Product, one: Input, what: str, remedy: str) -> Finding:
    return report("product-unreadable", contract="", path=(product.name, what), message=f"{what}.", remedy=remedy, place=one.place)
