"""The pages: Flask and Jinja2, no script, nothing from elsewhere. They hold no logic: what they show comes ready from outside.

How a page is built:

1. Say what it needs as a Protocol, whose methods take the `Viewer` and return nouns of `model`, or None for what is not there or not
   for that viewer; both are a 404, because a name may not leak. (The service asks `gates.access.may_see`, or `may_name`.)::

       class Contracts(Protocol):
           def contract(self, viewer: Viewer, reference: Reference) -> ContractShown | None: ...

2. Make a guarded blueprint of the `Site`, with its entry in the navigation. Its requests are of somebody who may be here
   (``site.viewer``), under our host name, and each POST carries the token of a form::

       def blueprint(site: Site, contracts: Contracts) -> Blueprint:
           routes = site.pages("contracts", Tab("Contracts", "/contracts"))

           @routes.get("/contracts")
           def every() -> Response:
               found = contracts.every(site.viewer)
               return site.show("pages/contracts.html", tables=[_table(found)], found=found)

3. Write each table once, as a `tables.Table` handed to ``site.show(tables=…)``: the template shows it with
   ``{{ parts.table(tables.NAME) }}``, and its CSV and JSON follow (``?table=NAME&format=csv``).
4. The template extends ``pages/base.html``, fills the blocks ``title`` and ``main``, and is made of the macros of ``pages/parts.html``,
   which it knows as ``parts``: head, section, figures and figure, table, chart, facts, badge, button, filters. A form of its own has
   ``<input type="hidden" name="csrf" value="{{ csrf }}">``. No ``style=`` and no ``<style>``: the policy refuses both.
5. A chart is made by `charts.bars`, `charts.lines` or `charts.spark`, and shown by ``parts.chart(drawing, tables.NUMBERS)``.
   A period comes from `period.chosen`, and is offered by ``parts.filters(choice)``.
6. `create_app` registers the blueprint, and `bootstrap.pages` hands it what it needs. ``request.path``, `address`, the filters ``number``,
   ``hours``, ``percent``, ``day``, ``moment``, ``ago(now)`` and ``now`` (by the calendar) are there in every template.
"""
