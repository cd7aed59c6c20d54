"""The simulated company: twelve domain teams, sixty contracts, and who builds what on them.

A contract is one line: its name, what a row is, and its fields: ``name`` for a string, ``name:type``, ``=UNIT`` for a unit, ``{a|b}`` for
an enum, ``!`` for what is never null. An asset is one line, too: criticality, kind, name, and the contracts that it is built on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from countersign.demo.year.contracts import Contract, Field

ORGANISATION = "acme"
GOVERNANCE = "data-governance"


@dataclass(frozen=True, slots=True)
class Asset:
    """on: names of contracts."""

    criticality: str
    kind: str
    name: str
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """contracts: in two repositories, the first of which holds the team's registrations, too."""

    name: str
    people: tuple[str, ...]
    contracts: tuple[Contract, ...]
    assets: tuple[Asset, ...]

    @property
    def slug(self) -> str:
        return f"{ORGANISATION}/{self.name}"

    @property
    def repositories(self) -> tuple[str, str]:
        return f"{self.slug}-service", f"{self.slug}-events"


_FIELD = re.compile(r"(?P<name>\w+)(?::(?P<type>\w+))?(?:\{(?P<values>[^}]*)\})?(?:=(?P<unit>\S+?))?(?P<required>!)?")

_COMPANY = """
payments: paula pete priya pavel
  payments / payment: payment_id! order_id! amount:number=EUR! method{card|transfer|wallet} state{captured|failed} paid_at:timestamp
  refunds / refund: refund_id! payment_id! amount:number=EUR! reason{return|fraud|goodwill} refunded_at:timestamp
  payouts / payout: payout_id! merchant_id! amount:number=EUR! fee:number=EUR payout_date:date
  chargebacks / chargeback: chargeback_id! payment_id! amount:number=EUR stage{opened|won|lost} opened_at:timestamp
  payment-methods / stored method: method_id! customer_id! kind{card|wallet} expires:date
  * high dashboard Payment success: payments orders
  * medium report Refund reasons: refunds returns
checkout: chen clara cyrus ciara
  orders / order: order_id! customer_id! amount:number=EUR! status{placed|paid|shipped|cancelled} region store_id placed_at:timestamp
  order-lines / line of an order: order_id! line_no:integer! sku! quantity:integer=pieces! price:number=EUR!
  carts / cart: cart_id! customer_id value:number=EUR abandoned:boolean updated_at:timestamp
  baskets-abandoned / abandoned cart: cart_id! customer_id step{address|payment|review} left_at:timestamp
  vouchers / voucher: voucher_id! order_id discount:number=EUR kind{percent|fixed} redeemed_at:timestamp
  * high dashboard Checkout funnel: carts baskets-abandoned orders
  * medium model Voucher uplift: vouchers orders prices
catalogue: carmen colin cosima caleb
  products / product: sku! name! category brand weight:number=kg state{draft|live|retired} live_at:timestamp
  categories / category: category_id! name! parent_id depth:integer
  media / picture of a product: media_id! sku! kind{photo|video} width:integer=px height:integer=px
  suppliers / supplier: supplier_id! name! country rating:number
  assortments / product in a store's range: store_id! sku! listed_at:date delisted_at:date
  * medium dashboard Range health: products assortments stock-levels
  * low report Media coverage: media products
pricing: petra paolo phoebe piotr
  prices / price of a product: sku! price:number=EUR! currency valid_from:timestamp valid_to:timestamp
  promotions / promotion: promotion_id! sku! discount:number=percent starts:date ends:date
  competitor-prices / price seen elsewhere: sku! competitor price:number=EUR seen_at:timestamp
  margins / product and day: sku! day:date! margin:number=EUR margin_rate:number=percent
  tax-rates / country and tax class: country! tax_class{standard|reduced|zero} rate:number=percent
  * high model Price engine: products competitor-prices stock-levels
  * high dashboard Margin by category: margins categories order-lines
logistics: lena luis lotte liam
  shipments / shipment: shipment_id! order_id! carrier{dhl|ups|gls} weight:number=kg state{packed|sent|delivered} sent_at:timestamp
  deliveries / delivery attempt: delivery_id! shipment_id! outcome{delivered|absent|refused} attempted_at:timestamp
  stock-levels / product and warehouse: sku! warehouse! quantity:integer=pieces! reserved:integer=pieces counted_at:timestamp
  returns / return: return_id! order_id! reason{size|damaged|late|other} received_at:timestamp
  carriers / carrier and month: carrier! month! parcels:integer=pieces on_time:number=percent
  * high dashboard Delivery promise: shipments deliveries orders
  * high model Demand forecast: orders order-lines promotions stock-levels
crm: carla cem corin chiara
  customers / customer: customer_id! email segment{new|active|lapsed} country created_at:timestamp
  consents / consent: customer_id! purpose{mail|profiling|sharing} given:boolean! changed_at:timestamp
  contacts / contact with a customer: contact_id! customer_id! channel{mail|phone|chat} at:timestamp
  loyalty / loyalty account: customer_id! points:integer=points tier{bronze|silver|gold} updated_at:timestamp
  addresses / address of a customer: address_id! customer_id! country city postcode
  * high model Churn: customers orders tickets loyalty
  * medium report Churn by region: orders addresses
  * high dashboard Customer 360: customers contacts orders tickets consents
support: sam sue soren sana
  tickets / ticket: ticket_id! customer_id! severity:integer! topic{order|payment|delivery|other} opened_at:timestamp closed_at:timestamp
  chats / chat: chat_id! customer_id agent wait:integer=seconds started_at:timestamp
  calls / call: call_id! customer_id agent duration:integer=seconds outcome{solved|ticket|dropped} started_at:timestamp
  satisfaction / answer to a survey: answer_id! ticket_id! score:integer comment answered_at:timestamp
  macros / canned answer: macro_id! title uses:integer
  * high dashboard Service levels: tickets chats calls
  * medium report Complaints by carrier: tickets shipments deliveries
marketing: maya milo mira matteo
  campaigns / campaign: campaign_id! name! channel{search|social|mail} budget:number=EUR starts:date ends:date
  clicks / click: click_id! campaign_id! visitor_id! cost:number=EUR clicked_at:timestamp
  attributions / order and campaign: order_id! campaign_id! weight:number value:number=EUR
  newsletters / newsletter sent: mail_id! customer_id! opened:boolean clicked:boolean sent_at:timestamp
  audiences / member of an audience: audience_id! customer_id! added_at:timestamp
  * high dashboard Campaign return: clicks attributions orders
  * medium model Next best offer: customers audiences loyalty prices
finance: fiona femi felix farah
  ledger-postings / posting: posting_id! account! amount:number=EUR! posted_on:date
  invoices / invoice: invoice_id! order_id! amount:number=EUR! tax:number=EUR state{sent|paid|overdue} due_on:date
  revenue-daily / store and day: store_id! day:date! revenue:number=EUR! orders:integer
  cost-centres / cost centre: cost_centre! owner budget:number=EUR
  forecasts / month and account: month! account! amount:number=EUR version:integer
  * high dashboard Revenue: orders payments refunds revenue-daily
  * high report Month-end close: ledger-postings invoices payouts refunds tax-rates
  * medium dashboard Cash: payouts payments chargebacks
identity: ivan ines isla idris
  accounts / account: account_id! customer_id! state{active|locked|deleted} created_at:timestamp
  logins / login: login_id! account_id! method{password|passkey|social} succeeded:boolean at:timestamp
  devices / device of an account: device_id! account_id! kind{phone|tablet|desktop} seen_at:timestamp
  permissions / permission of an account: account_id! permission! granted_at:timestamp
  risk-scores / account and day: account_id! day:date! score:number
  * high model Fraud: logins devices payments chargebacks
  * low dashboard Sign-in health: logins accounts
search: sofia stefan selma sven
  queries / query: query_id! visitor_id! text results:integer at:timestamp
  rankings / product and query: query_id! sku! position:integer! clicked:boolean
  synonyms / synonym: word! synonym! language
  index-builds / build of the index: build_id! documents:integer duration:integer=seconds finished_at:timestamp
  facets / facet and day: facet! day:date! uses:integer
  * high model Ranking: rankings queries products prices
  * low report Empty results: queries synonyms
growth: greg gwen gina-m gustav
  visits / visit: visit_id! visitor_id! landing source{direct|search|social} started_at:timestamp
  experiments / visitor and experiment: experiment! visitor_id! variant{control|treatment} joined_at:timestamp
  conversions / conversion: visitor_id! order_id! value:number=EUR at:timestamp
  referrals / referral: referral_id! customer_id! state{sent|joined|rewarded} at:timestamp
  cohorts / cohort and week: cohort! week:date! active:integer revenue:number=EUR
  * medium dashboard Funnel: visits carts orders conversions
  * medium report Experiment results: experiments conversions orders
"""


def company() -> Mapping[str, Team]:
    """name -> team."""
    teams: dict[str, Team] = {}
    for block in re.split(r"\n(?=\S)", _COMPANY.strip()):
        head, *lines = block.splitlines()
        name, _, people = head.partition(": ")
        assets = tuple(_asset(line.strip(" *")) for line in lines if line.strip().startswith("*"))
        contracts = tuple(_contract(name, line.strip()) for line in lines if not line.strip().startswith("*"))
        teams[name] = Team(name, tuple(people.split()), contracts, assets)
    return teams


def _asset(line: str) -> Asset:
    said, _, on = line.partition(": ")
    criticality, kind, name = said.split(" ", 2)
    return Asset(criticality, kind, name, tuple(on.split()))


def _contract(domain: str, line: str) -> Contract:
    head, _, fields = line.partition(": ")
    name, _, row = head.partition(" / ")
    return Contract(id=name, domain=domain, row=row, fields=tuple(_field(one) for one in fields.split()))


def _field(said: str) -> Field:
    found = _FIELD.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} is no field")
    values = tuple(found["values"].split("|")) if found["values"] else ()
    return Field(
        name=found["name"], type=found["type"] or "string", unit=found["unit"] or "", values=values, required=bool(found["required"])
    )
