"""contracts-policy.yaml of a repository and of its organisation -> the policy in force, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from countersign.formats.marked import Unreadable
from countersign.model.policy import FOR_EVER, Policy
from countersign.model.sheet import Aim
from countersign.policy.channels import channels, named_nowhere, not_the_organisations, on_call
from countersign.policy.document import Document, Page, Trouble, shown
from countersign.policy.entries import contested, products, publishes, registrations
from countersign.policy.escalation import counts_nothing, escalation_rules
from countersign.policy.layers import Layers, contract_settings, override_rules
from countersign.policy.listing import POLICY_FILES
from countersign.policy.parts import Whole, fold, misplaced
from countersign.policy.pattern import compile_pattern
from countersign.policy.schema import Settings, entry, flatten
from countersign.policy.shape import Pointer, Shape

JSON = Any

_FOREIGN = "in the organisation's policy, "


@dataclass(frozen=True, slots=True)
class Reading:
    """policy: None when there are errors. warnings: what is allowed and may not be meant."""

    policy: Policy | None
    errors: tuple[Trouble, ...] = ()
    warnings: tuple[Trouble, ...] = ()


def is_organisation(name: str) -> bool:
    """True for the repository whose policy is also the organisation's: ``org/.github``."""
    return name.split("/")[-1] == ".github"


def own_document(name: str, repository: Document | None, organisation: Document | None) -> Document | None:
    """The repository's own file; in the organisation's own repository the two are one."""
    return repository or (organisation if is_organisation(name) else None)


def read(
    repository: Document | None,
    organisation: Document | None,
    *,
    name: str,
    rule_ids: Collection[str],
    below_floor: Literal["refuse", "lift"] = "refuse",
) -> Reading:
    """The policy of the repository ``name`` (``org/repo``) under its organisation's, either of which may be missing.

    below_floor: what to do where the repository writes less than the organisation requires. ``refuse``: an error, for a change.
    ``lift``: a warning, and the floor holds, for what stands already when the organisation raises its floor.
    """
    own = own_document(name, repository, organisation)
    one_file = is_organisation(name) and own == organisation
    files = _Files(rule_ids, home=f"{name.split('/')[0]}/.github", foreign=None if one_file else organisation)
    organisation_data = files.open(organisation, organisation=True)
    own_data = organisation_data if one_file else files.open(own, organisation=is_organisation(name))
    layers = Layers.of(own_data, organisation_data)
    if organisation is not None:
        files.check_start(organisation, layers)
    if own is not None:
        low = files.below_floor(own, own_data or {}, layers)
        (files.errors if below_floor == "refuse" else files.warnings).extend(low)
        files.check_entries(own, own_data or {})
        if page := files.page(own):
            files.warnings += not_the_organisations(page, organisation_data, home=files.home)
        for document in (own, *own.parts):
            files.warn(document)
    errors, warnings = files.in_order(files.errors), files.in_order(files.warnings)
    if errors:
        return Reading(None, errors, warnings)
    data, page = own_data or {}, files.page(own)
    in_force = layers.for_repository()
    owners = tuple(data.get("owners", ()))
    policy = Policy(
        file=own.file if own else POLICY_FILES[0],
        settings=contract_settings(in_force),
        overrides=override_rules(in_force),
        domain=data.get("domain", ""),
        owners=owners,
        organisation_owners=tuple((organisation_data or {}).get("owners", ())),
        leaders=tuple((organisation_data or {}).get("leaders", ())),
        branches=tuple(data.get("branches", ())),
        parts=tuple(data.get("policies", ())),
        tags=bool(data.get("tags", (organisation_data or {}).get("tags", False))),
        on_call=on_call(data, organisation_data or {}),
        channels=channels(organisation_data or {}),
        ledger_keep_days=(organisation_data or {}).get("ledger", {}).get("keep_days", FOR_EVER),
        escalation=escalation_rules(organisation_data or {}),
        digest=tuple((organisation_data or {}).get("leadership", {}).get("digest", ())),
        targets={Aim(name): value for name, value in (organisation_data or {}).get("targets", {}).items()},
        publishes=publishes(page, data, layers, owners) if page else (),
        reads=registrations(page, data, name) if page else (),
        products=products(page, data, name) if page else (),
        contested=contested(page, data) if page else (),
    )
    return Reading(policy, (), warnings)


def read_organisation(document: Document, *, rule_ids: Collection[str], name: str = "the organisation/.github") -> tuple[Trouble, ...]:
    """What is wrong with the organisation's policy, by itself. name: ``org/.github``, for the sentences."""
    files = _Files(rule_ids, home=name)
    data = files.open(document, organisation=True)
    files.check_start(document, Layers.of(data, data))
    return files.in_order(files.errors)


class _Files:
    """The files that are read, and what was found in them. home: the organisation's repository. foreign: its file, if it is another one."""

    def __init__(self, rule_ids: Collection[str], *, home: str, foreign: Document | None = None) -> None:
        self._rules = rule_ids
        self.home = home
        self._foreign = foreign
        self._pages: dict[Document, tuple[Page, Shape]] = {}
        self._wholes: dict[Document, Whole] = {}
        self.errors: list[Trouble] = []
        self.warnings: list[Trouble] = []

    def in_order(self, troubles: list[Trouble]) -> tuple[Trouble, ...]:
        """By line, and the organisation's behind the repository's own."""
        first = next((document.file for document in self._pages), "")
        return tuple(sorted(troubles, key=lambda one: (one.message.startswith(_FOREIGN), one.file != first, one.file, one.line)))

    def _told(self, document: Document, troubles: Iterable[Trouble]) -> Iterator[Trouble]:
        """The two files may have one name, so the organisation's troubles say whose they are."""
        for trouble in troubles:
            yield replace(trouble, message=_FOREIGN + trouble.message) if document is self._foreign else trouble

    def open(self, document: Document | None, *, organisation: bool) -> dict[str, JSON] | None:
        """The data of a file that fits the schema."""
        if document is None:
            return None
        try:
            page = Page(document)
        except Unreadable as error:
            self.errors += self._told(document, [Trouble(error.file, error.line, error.message, error.remedy)])
            return None
        data = self._walk(document, page, organisation=organisation)
        if not document.parts:
            return data
        # Parts that cannot be read are told one by one; the whole is only made of parts that can.
        parts = [(part, self._part(part)) for part in document.parts]
        if any(found is None for _, found in parts):
            return data
        self._wholes[document] = Whole(document)
        return fold(data, [(part.file, found) for part, found in parts if found is not None])

    def _part(self, document: Document) -> dict[str, JSON] | None:
        try:
            page = Page(document)
        except Unreadable as error:
            self.errors.append(Trouble(error.file, error.line, error.message, error.remedy))
            return None
        self.errors += misplaced(page)
        return self._walk(document, page, organisation=False)

    def _walk(self, document: Document, page: Page, *, organisation: bool) -> dict[str, JSON]:
        shape = Shape(page, rule_ids=self._rules, organisation=organisation, home=self.home)
        data = shape.walk()
        self._pages[document] = page, shape
        self.errors += self._told(document, shape.troubles)
        return data

    def page(self, document: Document | None) -> Page | None:
        """As a whole, if it has parts that can be read."""
        if document in self._wholes:
            return self._wholes[document]
        return self._pages[document][0] if document in self._pages else None

    def check_start(self, document: Document, layers: Layers) -> None:
        """The organisation's own ``default:`` must stand on its ``require:``."""
        page = self.page(document)
        if page is None:
            return
        found = list(self._low(page, ("default",), layers.start, layers))
        if "policies" in page.data:
            found.append(page.trouble(("policies",), "the organisation's policy is one file", "Take `policies` out here"))
        found += named_nowhere(page)
        found += counts_nothing(page)
        self.errors += self._told(document, found)

    def below_floor(self, document: Document, data: Mapping[str, JSON], layers: Layers) -> list[Trouble]:
        """Where the repository writes less than the organisation requires."""
        page = self.page(document)
        if page is None:
            return []
        found = list(self._low(page, (), layers.own, layers))
        for index, written in enumerate(data.get("publishes", ())):
            found += self._low(page, ("publishes", index), flatten(entry(), written), layers)
        return found

    def _low(self, page: Page, at: Pointer, written: Settings, layers: Layers) -> Iterator[Trouble]:
        who = " or ".join(override_by) if (override_by := layers.for_everybody()["overrides", "by"].value) else "its owners"
        for knob in sorted(written):
            least = layers.least(knob)
            if least is None or least.order.allows(least.value, written[knob].value):
                continue
            name, value, wanted = ".".join(knob), shown(written[knob].value), shown(least.value)
            ordered = least.order.stricter != "none"
            yield page.trouble(
                (*at, *knob),
                f"`{name}: {value}` is {'looser than' if ordered else 'other than'} what the organisation requires, `{wanted}`",
                f"Write `{wanted}`{' or stricter' if ordered else ''}, or ask {who} to change `require:` in {self.home}",
            )

    def check_entries(self, document: Document, data: Mapping[str, JSON]) -> None:
        """What a schema cannot say: patterns, ids and registrations that are there twice, and ids of more than one file."""
        page = self.page(document)
        if page is None:
            return
        seen: dict[object, Pointer] = {}

        def once(key: object, at: Pointer, what: str, remedy: str) -> None:
            first = seen.setdefault(key, at)
            if first != at:
                there, here = page.place(*first), page.place(*at)
                where = f"on line {there.line}" if there.file == here.file else f"in {there.file}, line {there.line},"
                self.errors.append(page.trouble(at, f"{what} is {where} already", remedy))

        for index, written in enumerate(data.get("publishes", ())):
            at: Pointer = ("publishes", index)
            pattern = compile_pattern(written["contract"]) if "contract" in written else None
            if pattern:
                once(pattern.steps, (*at, "contract"), f"`{shown(pattern.text)}`", "Put the two entries together")
            if "id" in written:
                once(("id", written["id"]), (*at, "id"), f"the id `{shown(written['id'])}`", "Give each contract its own id")
                if "id_from" in written:
                    self.errors.append(page.trouble((*at, "id_from"), "`id` and `id_from` are both there", "Keep one of them"))
                if pattern and pattern.literal is None and pattern.folder is None:
                    self.errors.append(
                        page.trouble(
                            (*at, "id"),
                            f"`{shown(pattern.text)}` may match several files, which cannot share the id `{shown(written['id'])}`",
                            "Name one file from the root (`/orders.avsc`), a folder of migrations (`/db/migrations/`), or take `id` out",
                        )
                    )
        for index, written in enumerate(data.get("reads", ())):
            self.errors += _foreign_delegates(page, index, written, self.home.split("/")[0])
            key = tuple(written.get(part) for part in ("contract", "team", "on_behalf_of"))
            if None not in key[:2]:
                once(
                    key, ("reads", index), f"the registration of {shown(key[1])} on {shown(key[0])}", "Put the fields of both in one entry"
                )

        for index, written in enumerate(data.get("products", ())):
            place: Pointer = ("products", index)
            if "name" in written:
                once(
                    ("product", written["name"]),
                    (*place, "name"),
                    f"the product {shown(written['name'])}",
                    "Give each product its own name",
                )
            if written and not written.keys() & {"odps", "inputs"}:
                self.errors.append(
                    page.trouble(
                        place,
                        "the product names nothing that it is built on",
                        'Write `odps`, its Open Data Product Standard file, or `inputs: ["acme/orders-service#orders"]`',
                    )
                )

    def warn(self, document: Document) -> None:
        """What is allowed and may not be meant."""
        if document not in self._pages:
            return
        page, shape = self._pages[document]
        places: list[Pointer] = [(), ("default",), ("require",)]
        places += [("publishes", index) for index, _ in enumerate(_entries(page.data, "publishes"))]
        for at in places:
            said = page.at(*at, "protects")
            if isinstance(said, str) and said.startswith("BACKWARD"):
                self.warnings.append(
                    page.trouble(
                        (*at, "protects"),
                        f"`{said}` lets fields be removed in Schema Registry; here a removal still asks the readers",
                        "Write `history` to say the same in Countersign's words",
                    )
                )
        if shape.inert:
            first = min(shape.inert.values(), key=lambda at: page.place(*at).line)
            keys = ", ".join(shape.inert)
            self.warnings.append(page.trouble(first, f"checked, but without effect in this version: {keys}", "Keep it or take it out"))


def _foreign_delegates(page: Page, index: int, written: Mapping[str, JSON], organisation: str) -> Iterator[Trouble]:
    """A delegate signs as its team would, so it is of the same organisation. Whether a person is in it, a file cannot tell."""
    for at, name in enumerate(_list(written, "delegates")):
        owner, slash, _ = str(name).removeprefix("@").partition("/")
        if slash and owner.lower() != organisation.lower():
            message = f"the delegate {shown(name)} is a team of another organisation"
            yield page.trouble(("reads", index, "delegates", at), message, f"Name a team or a person of {organisation}")


def _entries(data: Mapping[str, JSON], key: str) -> list[JSON]:
    return [inner if isinstance(inner, dict) else {} for inner in _list(data, key)]


def _list(data: Mapping[str, JSON], key: str) -> list[JSON]:
    value = data.get(key)
    return value if isinstance(value, list) else []
