"""What Schemathesis cannot know of the shop: how to sign in, how a webhook is signed, and what is there to be asked for."""

import hashlib
import hmac
import json
import os
import re
import time
import unicodedata
import urllib.request
import uuid

import schemathesis
from hypothesis import strategies as st
from requests.auth import AuthBase

BASE = os.environ["KELVO_URL"]
EMAIL = os.environ.get("KELVO_EMAIL")
PASSWORD = os.environ.get("KELVO_PASSWORD")
WEBHOOK_SECRET = os.environ["PAYMENT_WEBHOOK_SECRET"].encode()


def call(path, body=None, **headers):
    headers = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(BASE + path, data, headers)) as answer:
        return json.load(answer)


def sign_in():
    return call("/api/auth/login", {"email": EMAIL, "password": PASSWORD})["accessToken"]


if EMAIL:

    @schemathesis.auth(refresh_interval=600)  # the token lasts 900 s
    class AccessToken:
        def get(self, case, context):
            return sign_in()

        def set(self, case, token, context):
            case.headers["Authorization"] = f"Bearer {token}"


products = [product["id"] for product in call("/api/products?limit=100")["items"] if product["stock"] > 100]
known = products + [category["id"] for category in call("/api/categories?limit=100")["items"]]
if EMAIL:
    known += [order["id"] for order in call("/api/orders?limit=100", authorization=f"Bearer {sign_in()}")["items"]]

# Guests' orders with the tokens that open them, some with an open intent.
address = {"name": "Ada Byron", "line1": "12 St James Square", "city": "Springfield", "postalCode": "62704", "country": "US"}
tokens = {}
intents = {}
for number in range(12):
    items = [{"productId": products[number % len(products)], "quantity": 1}]
    body = {"items": items, "email": "ada@example.com", "shippingAddress": address, "shippingMethod": "standard"}
    order = call("/api/orders", body, idempotency_key=str(uuid.uuid4()))
    tokens[order["id"]] = order["accessToken"]
    if number % 2:
        key = str(uuid.uuid4())
        body = {"orderId": order["id"]}
        intent = call("/api/payment/create-intent", body, idempotency_key=key, x_order_token=order["accessToken"])
        intents[intent["id"]] = order["id"]
known += list(tokens) * 2

# Most ids are of things that are there: a random one meets nothing but 404.
schemathesis.openapi.format(
    "uuid", st.one_of(st.sampled_from(products), st.sampled_from(products), st.sampled_from(known), st.uuids(version=4).map(str))
)


def texts_of(value, key=""):
    """Every text of a body with the key that it stands under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from texts_of(member, name)
    elif isinstance(value, list):
        for member in value:
            yield from texts_of(member, key)


def plain(key, text):
    """Whether a text that fits its schema is one that people would type: the rules behind are tried by tests/integration/typed.test.ts."""
    if key == "phone":
        return re.fullmatch(r"\+?[0-9][0-9 ().-]{4,14}", text) is not None and sum(c.isdigit() for c in text) >= 5
    if key == "postalCode":
        return re.fullmatch(r"[0-9]{5}", text) is not None
    return text == "" or text.isascii() or any(unicodedata.category(c)[0] in "LNPS" for c in text)


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what JSON Schema cannot call right or wrong. The description says each in words, and tests/integration tries them."""
    query = case.query or {}
    cursor = query.get("cursor")
    if isinstance(cursor, str) and len(cursor) <= 2000:
        return False  # well-formed, but only the cursor that this very query answered is valid
    if any(value == "" for value in query.values()):
        return False  # an empty value counts as absent, whatever the schema
    lines = case.body.get("items") if isinstance(case.body, dict) else None
    if isinstance(lines, list):
        named = [str(line.get("productId")).lower() for line in lines if isinstance(line, dict)]
        if len(set(named)) < len(named):
            return False  # a product once only: uniqueItems cannot say "by productId"
    tags = case.body.get("tags") if isinstance(case.body, dict) else None
    if isinstance(tags, list) and len({str(tag).strip() for tag in tags}) < len(set(map(str, tags))):
        return False  # a tag once only, white space around it not counted
    if any(not plain(key, text) for key, text in texts_of(case.body)):
        return False  # text in which nothing can be seen, and numbers and codes that only code can judge
    # API Gateway's own limit, with an answer of its own: 431 above 10,240 bytes of request line and headers.
    return sum(len(str(value).encode(errors="replace")) * 3 for value in query.values()) < 8000


class Signed(AuthBase):
    """Signs the body as it leaves, by Stripe's scheme."""

    def __call__(self, request):
        at = str(int(time.time()))
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        digest = hmac.new(WEBHOOK_SECRET, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        request.headers["stripe-signature"] = f"t={at},v1={digest}"
        return request


calls = iter(range(10**9))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Shows what a real caller would: a true signature, an order's token, a sign of the own origin, an intent that is there."""
    path = case.operation.path
    headers = case.headers if case.headers is not None else {}
    signature = headers.get("stripe-signature")
    if path == "/api/payment/webhook" and isinstance(signature, str) and signature.startswith("t="):
        kwargs["auth"] = Signed()
    if path in ("/api/auth/refresh", "/api/auth/logout"):
        headers["sec-fetch-site"] = "same-origin"
    body = case.body if isinstance(case.body, dict) else {}
    if path == "/api/payment/confirm" and str(body.get("intentId", "")).startswith("pi_") and next(calls) % 2:
        body["intentId"] = list(intents)[next(calls) % len(intents)]
    order = (case.path_parameters or {}).get("id") or body.get("orderId") or intents.get(str(body.get("intentId")))
    if isinstance(order, str) and order in tokens and "x-order-token" not in headers:
        headers["x-order-token"] = tokens[order]
