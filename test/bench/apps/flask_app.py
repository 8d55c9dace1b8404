"""The JSON API and the page in Flask, the page a template of Jinja."""

import re

from flask import Flask, render_template, request

application = Flask(__name__)

OTHER_PATHS = [
    "/users",
    "/users/<id>",
    "/users/<id>/orders",
    "/orders",
    "/orders/<id>",
    "/orders/<id>/lines",
    "/search",
    "/health",
    "/items",
]

for path in OTHER_PATHS:
    application.add_url_rule(path, endpoint=path, view_func=lambda path=path, **kwargs: path)


@application.get("/items/<id>")
def item(id):
    quantity = request.args.get("quantity", "")
    currency = request.args.get("currency", "")
    if not re.fullmatch("[1-9][0-9]{0,5}", id):
        return {"error": "id: want an integer from 1 to 999999"}, 400
    if not re.fullmatch("[0-9]{1,3}", quantity) or not 1 <= int(quantity) <= 100:
        return {"error": "quantity: want an integer from 1 to 100"}, 400
    if currency not in ("EUR", "USD", "GBP"):
        return {"error": "currency: want EUR, USD or GBP"}, 400
    return {
        "id": int(id),
        "name": f"Item {id}",
        "description": "A thing of many uses, sold by the piece",
        "price": 12.5,
        "quantity": int(quantity),
        "total": 12.5 * int(quantity),
        "currency": currency,
        "tags": ["new", "small", "blue"],
        "stock": {"berlin": 12, "lyon": 4, "porto": 0},
        "links": {"self": f"/items/{id}", "orders": f"/items/{id}/orders", "reviews": f"/items/{id}/reviews"},
    }


@application.get("/page")
def page():
    rows = [(n, f'Row <{n}> & "more"', f"it's {n * 7} of <b>them</b>") for n in range(1, 13)]
    return render_template("page.html", rows=rows)
