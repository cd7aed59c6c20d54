"""contracts-policy.yaml: read, checked against its schema, merged with the organisation's, and compared for loosening.

Everything in it may come from a pull request. Nothing here reads a file or the clock; texts come in as `Document`, rule ids as an
argument. docs/policy.md is the reference for people.
"""

from countersign.policy.codeowners import codeowners
from countersign.policy.document import Document, Trouble
from countersign.policy.editing import enforcing, only_enforces
from countersign.policy.listing import (
    POLICY_FILES,
    contract_id,
    gated,
    listed,
    looks_like_contract,
    members,
    ours,
    owners_of,
    second_policy,
)
from countersign.policy.loosening import Loosening, below_organisation, loosenings
from countersign.policy.parts import MOST_PARTS, is_part, parts_among, patterns_of
from countersign.policy.reading import Reading, is_organisation, read, read_organisation
from countersign.policy.registrations import added_delegates, removed_registrations
from countersign.policy.renamed import Names
from countersign.policy.syntax import parse_path, parse_reference
from countersign.policy.writing import with_registrations

__all__ = [
    "MOST_PARTS",
    "POLICY_FILES",
    "Document",
    "Loosening",
    "Names",
    "Reading",
    "Trouble",
    "added_delegates",
    "below_organisation",
    "codeowners",
    "contract_id",
    "enforcing",
    "gated",
    "is_organisation",
    "is_part",
    "listed",
    "looks_like_contract",
    "loosenings",
    "members",
    "only_enforces",
    "ours",
    "owners_of",
    "parse_path",
    "parse_reference",
    "parts_among",
    "patterns_of",
    "read",
    "read_organisation",
    "removed_registrations",
    "second_policy",
    "with_registrations",
]
