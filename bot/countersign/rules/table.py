"""The one table of rules. A rule that is not named here does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from countersign.rules import (
    constraint,
    contract,
    dataset,
    enum_values,
    field,
    field_type,
    form,
    gate,
    grain,
    implementation,
    meanings,
    presence,
    promise,
    terms,
    told,
)
from countersign.rules.rule import Rule

#: Every rule by its id.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            # existence: something that a reader can name is gone
            contract.contract_removed,
            contract.contract_renamed,
            contract.contract_unlisted,
            dataset.dataset_removed,
            dataset.dataset_renamed,
            field.field_removed,
            field.field_renamed,
            enum_values.enum_value_removed,
            enum_values.enum_value_renamed,
            # compatibility: other values are allowed
            dataset.dataset_added,
            field.field_added,
            dataset.field_order_changed,
            field_type.field_type_changed,
            presence.field_required_changed,
            presence.field_nullable_changed,
            presence.default_changed,
            enum_values.enum_value_added,
            enum_values.enum_value_renumbered,
            enum_values.enum_opened,
            enum_values.enum_closed,
            constraint.constraint_changed,
            constraint.object_openness_changed,
            constraint.keyword_undecided,
            constraint.earlier_versions_unknown,
            terms.server_moved,
            terms.role_withdrawn,
            implementation.implementation_differs,
            # meaning: the same values say something else
            grain.grain_changed,
            grain.key_changed,
            meanings.unit_changed,
            meanings.currency_changed,
            meanings.timezone_changed,
            meanings.null_meaning_changed,
            meanings.classification_changed,
            meanings.transform_changed,
            meanings.logical_type_changed,
            enum_values.enum_meaning_changed,
            promise.promise_loosened,
            terms.quality_loosened,
            terms.relationship_changed,
            implementation.implementation_unlinked,
            contract.promise_withdrawn,
            # form: it cannot be read, or is not in order
            form.contract_unreadable,
            form.policy_unreadable,
            form.version_not_raised,
            form.contract_conflict,
            form.merge_changes_meaning,
            form.duplicate_contract_id,
            form.registration_unknown,
            form.product_unreadable,
            implementation.implementation_unreadable,
            # gate: it weakens the gate
            gate.gate_loosened,
            gate.registration_removed,
            gate.delegate_added,
            gate.registration_contested,
            gate.criticality_raised,
            # told: nobody has to clear it
            contract.contract_added,
            contract.version_changed,
            told.notice_announced,
            told.notice_withdrawn,
            told.description_changed,
            terms.partitioning_changed,
            terms.price_changed,
            terms.deprecation_marked,
            terms.identifier_changed,
        )
    }
)
