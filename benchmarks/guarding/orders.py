"""Orders of 25 columns as a Parquet file, of which it is known how often each rule is broken, and their contract."""

from __future__ import annotations

from pathlib import Path

import polars as pl

#: One row in so many breaks each of the rules in `BROKEN`.
EVERY = 500

TEXTS = ("region", "channel", "carrier", "warehouse", "campaign", "coupon", "segment", "device")
NUMBERS = ("items", "weight_grams", "discount", "shipping", "points")

CONTRACT = """\
apiVersion: v3.2.0
kind: DataContract
id: orders
name: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: string, required: true, unique: true, logicalTypeOptions: {format: uuid}}
      - {name: customer, logicalType: string, required: true, logicalTypeOptions: {format: uuid}}
      - {name: placed_at, logicalType: timestamp, required: true}
      - {name: paid_at, logicalType: timestamp}
      - {name: day, logicalType: date, required: true}
      - {name: status, logicalType: string, required: true, enum: [{value: placed}, {value: paid}, {value: sent}, {value: returned}]}
      - {name: currency, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{3}$"}}
      - {name: country, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[A-Z]{2}$"}}
      - {name: postcode, logicalType: string, required: true, logicalTypeOptions: {minLength: 4, maxLength: 10}}
      - {name: email_hash, logicalType: string, required: true, logicalTypeOptions: {pattern: "^[0-9a-f]{32}$"}}
      - {name: total, logicalType: number, required: true, logicalTypeOptions: {minimum: 0, maximum: 1000000}}
      - {name: gift, logicalType: boolean, required: true}
""" + "".join(
    [f"      - {{name: {name}, logicalType: string, required: true, logicalTypeOptions: {{maxLength: 40}}}}\n" for name in TEXTS]
    + [f"      - {{name: {name}, logicalType: integer, required: true, logicalTypeOptions: {{minimum: 0}}}}\n" for name in NUMBERS]
)
#: (column, rule): each is broken by one row of `EVERY`, and no other rule is.
BROKEN = (
    ("status", "enum"),
    ("total", "maximum"),
    ("items", "minimum"),
    ("currency", "pattern"),
    ("country", "null"),
    ("region", "maxLength"),
    ("id", "unique"),
)


def write(file: Path, rows: int) -> None:
    """rows: a multiple of `EVERY`."""
    number = pl.int_range(rows, dtype=pl.Int64)

    def bad(rule: int, value: object, good: pl.Expr) -> pl.Expr:
        return pl.when(number % EVERY == rule).then(pl.lit(value)).otherwise(good)

    texts = {name: pl.format(f"{name}-{{}}-abcdefghijklmn", _digits(number.hash(3 + at) % 9973, 4)) for at, name in enumerate(TEXTS)}
    numbers = {name: (number.hash(20 + at) % 1009).cast(pl.Int64) for at, name in enumerate(NUMBERS)}
    pl.select(
        id=_uuid(pl.when(number % EVERY == 6).then(number - 1).otherwise(number)),
        customer=_uuid(number.hash(2) % 200_000),
        placed_at=pl.from_epoch(number + 1_795_000_000, "s"),
        paid_at=pl.when(number % 3 > 0).then(pl.from_epoch(number + 1_795_000_072, "s")),
        day=pl.from_epoch(number + 1_795_000_000, "s").cast(pl.Date),
        status=bad(0, "lost", _one_of(["placed", "paid", "sent", "returned"], number.hash(4))),
        currency=bad(3, "eur", _one_of(["EUR", "USD", "CZK"], number.hash(5))),
        country=bad(4, None, _one_of(["DE", "CZ", "FR", "US", "PL"], number.hash(6))),
        postcode=_digits(number.hash(7) % 100_000, 5),
        email_hash=pl.concat_str(_digits(number.hash(8) % 10**16, 16), _digits(number.hash(9) % 10**16, 16)),
        total=bad(1, 1_000_000.5, (number.hash(10) % 1_000_000).cast(pl.Float64) / 100),
        gift=number.hash(11) % 2 == 0,
        **{**texts, "region": bad(5, "x" * 41, texts["region"])},
        **{**numbers, "items": bad(2, -1, numbers["items"])},
    ).write_parquet(file)


def _digits(number: pl.Expr, width: int) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _uuid(number: pl.Expr) -> pl.Expr:
    one, other = number.hash(1), number.hash(12)
    return pl.format(
        "{}-{}-7{}-8{}-{}", _digits(one % 10**8, 8), _digits(other % 10**4, 4), *(_digits(one % 997, 3),) * 2, _digits(other % 10**12, 12)
    )


def _one_of(values: list[str], number: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values)).gather(number % len(values))
