"""Whether a contract and the files that implement it describe the same data.

An ODCS document names them: ``authoritativeDefinitions`` of the type ``implementation``, of the contract, a dataset or a property.
`linked` finds and reads them, in whatever format; `differences` holds the two against one another, as `Contract` has them.
"""

from countersign.formats.agreement.comparing import Difference, differences
from countersign.formats.agreement.linked import Linked, Missing, linked

__all__ = ["Difference", "Linked", "Missing", "differences", "linked"]
