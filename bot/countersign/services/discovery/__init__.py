"""Finding readers whom nobody registered, by evidence: `sources` reads it, `placing` says whose it is, `found` keeps it.

- `dbt`, `openlineage`, `sql_log`, `imports`: one reader each, text -> sightings. `sql`: which columns a query reads. These parse what
  others wrote, so they run in the bounded child process alone, through `child`.
"""
