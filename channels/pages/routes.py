"""``/w/<link>``: the page of one order, and its rating; ``/w/mine/<link>``: what is kept of a person."""

from __future__ import annotations

import json

from sanic import Blueprint, HTTPResponse, Request
from sanic import html as html_response
from sanic.response import redirect
from sqlalchemy.orm import Session

from bot.dialogue.wording import say, wording
from bot.errors import Refusal
from bot.hotline.personal import Personal, visitor_of
from bot.hotline.workorders.life import RATINGS, Refused
from bot.hotline.workorders.model import WorkOrder
from bot.hotline.workorders.orders import WorkOrders
from bot.hotline.workorders.record import row_of, view
from bot.storage import Database, database
from bot.storage.signing import Ended, NotOurs
from channels import wrong_keys
from channels.bodies import form_of
from channels.pages import html, links

_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; object-src 'none'; style-src '{html.STYLE_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def pages(store: Database | None = None) -> Blueprint:
    """The pages on a store; that of the process unless given."""
    routes = Blueprint("order_pages", url_prefix="/w")
    found_in = store or database()
    orders = WorkOrders(found_in)

    @routes.get("/<token:str>")
    async def show(request: Request, token: str) -> HTTPResponse:
        found = await _order(found_in, request, token)
        if isinstance(found, HTTPResponse):
            return found
        told = say(f"page.thanks.{found.rating}") if found.rating and request.args.get("rated") else None
        return _html(html.order_page(found, told))

    @routes.post("/<token:str>")
    async def rate(request: Request, token: str) -> HTTPResponse:
        found = await _order(found_in, request, token)
        if isinstance(found, HTTPResponse):
            return found
        form = form_of(request)
        rating, reason = form.get("rating"), (form.get("reason") or "").strip()
        if rating not in RATINGS:
            return _html(html.order_page(found, say("page.choose")), 400)
        if len(reason) > html.LONGEST_REASON:
            return _html(html.order_page(found, say("page.too_long", most=html.LONGEST_REASON)), 400)
        try:
            await orders.rate(found.number, rating)
            if rating == "dissatisfied" and reason:
                await orders.explain_rating(found.number, reason)
        except Refused as refused:
            told = refusal(refused.reason)
            return _html(html.order_page(await _read(found_in, found.number) or found, told), 409)
        return redirect(f"/w/{token}?rated=1", status=303, headers=_HEADERS)

    @routes.get("/mine/<token:str>")
    async def mine(request: Request, token: str) -> HTTPResponse:
        """What is kept of a person, as JSON."""
        visitor_id = visitor_of(token)
        if visitor_id is None:
            return _html(html.expired_page(), 410)
        found = json.dumps(await Personal(found_in).export(visitor_id), ensure_ascii=False, indent=1)
        return HTTPResponse(found, headers=_HEADERS, content_type="application/json; charset=utf-8")

    return routes


async def _order(store: Database, request: Request, token: str) -> WorkOrder | HTTPResponse:
    """The order that a link leads to, or the page that says why there is none."""
    try:
        wrong_keys.check(request)
        number = links.read(token)
    except Refusal as refusal:
        return _html(html.busy_page(), refusal.status)
    except Ended:
        return _html(html.expired_page(), 410)
    except NotOurs:
        wrong_keys.count(request)
        return _html(html.unknown_page(), 404)
    return await _read(store, number) or _html(html.unknown_page(), 404)


async def _read(store: Database, number: str) -> WorkOrder | None:
    def look(session: Session) -> WorkOrder | None:
        row = row_of(session, number)
        return view(row) if row else None

    return await store.run(look)


def refusal(reason: str) -> str:
    """Why an order cannot be rated."""
    key = f"page.refused.{reason}"
    return say(key if wording().knows(key) else "page.refused.not_finished")


def _html(text: str, status: int = 200) -> HTTPResponse:
    return html_response(text, status=status, headers=_HEADERS)
