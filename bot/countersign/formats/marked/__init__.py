"""Text -> JSON data, with the line of everything in it. YAML and JSON, both hostile.

Nothing is constructed but ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``. What two readers of the same text might
read differently (a key given twice, ``yes``, ``010``, merge keys, a second document) is refused with its line, because a gate that reads
another value than the reader's own parser guards nothing.

Bounds: 200 levels, 200,000 values copied by YAML aliases, numbers of 1,000 digits. Both loaders are loops, so that depth costs no stack.
"""

from countersign.formats.marked.builder import Marked, Unreadable
from countersign.formats.marked.from_json import load_json
from countersign.formats.marked.from_yaml import load_yaml

__all__ = ["Marked", "Unreadable", "load_json", "load_yaml"]
