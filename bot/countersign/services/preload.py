"""Imported once by the process from which children are forked: the parsers and referees, and what each child would otherwise make anew.

Compiling ODCS's JSON Schema takes 22 ms, more than parsing and judging three contracts of 50 fields; importing pyarrow, which proves that a
table's rows no longer fit, 150 ms.
"""

from __future__ import annotations

import os

# Whoever forks may have no second thread: it could hold a lock. numpy's and jemalloc's begin with the import of pyarrow.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}

import fastavro  # noqa: F401  # formats import it when it is first needed
import pyarrow  # noqa: F401  # and so does the search for examples

from countersign.formats import Source, parse
from countersign.model.profile import USUAL
from countersign.services import child
from countersign.services.codec import dump

_HEAD = (
    "apiVersion: v3.2.0\nkind: DataContract\nid: smallest\nversion: 1.0.0\nschema: [{name: a, properties: [{name: b, logicalType: %s}]}]\n"
)
_SIDES = {side: {"file": "smallest.odcs.yaml", "text": _HEAD % kind} for side, kind in (("base", "string"), ("landed", "integer"))}

child.judge_contract({"id": "smallest", "direction": "both", "profile": dump(USUAL), **_SIDES})
parse(Source("smallest.sql", "CREATE TABLE smallest (id int);"), "smallest")
parse(Source("smallest.proto", 'syntax = "proto3";'), "smallest")
