"""First texts for a repository that has none: a policy that only watches, and ODCS contracts of what its schema files say."""

from countersign.services.drafting.drafting import Drafted, NothingFound, PolicyThere, draft

__all__ = ["Drafted", "NothingFound", "PolicyThere", "draft"]
