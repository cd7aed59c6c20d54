"""Imported once by the process from which children are forked: the parsers, and what each child would otherwise make anew.

Compiling ODCS's JSON Schema takes 22 ms, more than parsing and judging three contracts of 50 fields.
"""

from __future__ import annotations

import fastavro  # noqa: F401  # formats import it when it is first needed

from countersign.formats import Source, parse
from countersign.services import child  # noqa: F401  # what the children run

parse(Source("smallest.odcs.yaml", "apiVersion: v3.2.0\nkind: DataContract\nid: smallest\nversion: 1.0.0\nstatus: draft\n"), "smallest")
parse(Source("smallest.sql", "CREATE TABLE smallest (id int);"), "smallest")
parse(Source("smallest.proto", 'syntax = "proto3";'), "smallest")
