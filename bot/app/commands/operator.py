"""The operator's part of the command ``bot``: orders, deliveries, and the dispatch catalogue."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from typing import Any

import click
from sqlalchemy import select

from bot.clock import local
from bot.dialogue.phrases import case_event
from bot.dialogue.wording import say
from bot.hotline.catalogue import Path2, catalogue
from bot.hotline.catalogue_log import CatalogueLog
from bot.hotline.tickets.backends import ticket_backend
from bot.hotline.tickets.inbox import Inbox
from bot.hotline.tickets.outbox import Outbox
from bot.hotline.workorders.life import MOVES, OPEN, Refused
from bot.hotline.workorders.orders import WorkOrders
from bot.hotline.workorders.record import history, row_of
from bot.language.extract.conceal import conceal
from bot.storage import database
from bot.storage.tables import Access, WorkOrderRow


@click.group()
def orders() -> None:
    """Work orders: look, and make the moves of hotline and units by hand."""


@orders.command("list")
@click.option("--status", help="Only those in this state; the open ones unless given.")
@click.option("--overdue", is_flag=True, help="Only those past their due date.")
@click.option("--supervised", is_flag=True, help="Only those flagged for supervision.")
def list_orders(status: str | None, overdue: bool, supervised: bool) -> None:
    """List work orders, the earliest due date first. Shows no personal data."""
    from bot.clock import local_now

    query = select(WorkOrderRow).where(WorkOrderRow.status.in_([status] if status else OPEN))
    if overdue:
        query = query.where(WorkOrderRow.due_date < local_now().date())
    with database().transaction() as session:
        for row in session.scalars(query.order_by(WorkOrderRow.due_date, WorkOrderRow.id)):
            grounds = [event.data["ground"] for event in row.events if event.kind == "supervised"]
            if supervised and not grounds:
                continue
            click.echo("  ".join([row.number, f"{row.status:<11}", row.due_date.isoformat(), row.unit, *grounds]))


@orders.command()
@click.argument("number")
@click.option("--by", "who", required=True, help="Who looks: it is recorded (Article 34).")
def show(number: str, who: str) -> None:
    """Show one work order with its whole history. It holds personal data: the look is recorded."""
    with database().transaction() as session:
        row = row_of(session, number.upper())
        if row is None:
            raise click.ClickException(f"there is no order {number}")
        session.add(Access(who=who, what="command line", number=row.number))
        click.echo(f"{row.number}  {row.status}  {row.kind}  {'/'.join(row.category)}  {row.region}")
        click.echo(f"unit: {row.unit}  co-units: {'、'.join(row.co_units or []) or '-'}  due: {row.due_date}")
        suggestion = catalogue().suggest(list(row.category), row.region, list(row.runner_up or []))
        sure = "-" if row.confidence is None else f"{row.confidence:.2f}"
        click.echo(
            f"suggested: {suggestion.unit} ({sure}), else {suggestion.runner_up or '-'}; {suggestion.legal_basis}"
        )
        click.echo(f"requester: {row.requester.get('name') or '-'} {row.requester.get('phone') or '-'}")
        click.echo(f"{row.location or '-'}\n{row.description}")
        for event in history(row):
            step = say(f"order.step.{event.kind}")
            told = json.dumps(event.data, ensure_ascii=False) if event.data else ""
            click.echo(f"{local(event.at):%Y-%m-%d %H:%M}  {step}  {event.by}  {told}")


@orders.command()
@click.argument("number")
@click.argument(
    "event", type=click.Choice([kind for kind, move in MOVES.items() if {"hotline", "unit"} & set(move.by)])
)
@click.option("--by", "who", required=True, help="The unit or the agent who does it.")
@click.option("--data", default="{}", help='What belongs to it, as JSON: {"text": "…"}.')
def move(number: str, event: str, who: str, data: str) -> None:
    """Make a move for a unit or the hotline, e.g. `dispatched`, `signed`, `replied`, `closed`."""
    try:
        details = json.loads(data)
    except ValueError as error:
        raise click.ClickException(f"--data is not JSON: {error}") from error
    if event == "dispatched" and not details.get("unit"):
        details |= _suggested(number)
    role = next(role for role in MOVES[event].by if role in ("unit", "hotline"))
    try:
        order = asyncio.run(WorkOrders(database()).move(number.upper(), event, role, details, who))
    except KeyError as error:
        raise click.ClickException(f"there is no order {number}") from error
    except Refused as refused:
        raise click.ClickException(f"not allowed: {refused.reason}") from refused
    click.echo(f"{order.number} is {order.status}")


def _suggested(number: str) -> dict[str, Any]:
    with database().transaction() as session:
        row = row_of(session, number.upper())
        suggestion = catalogue().suggest(list(row.category), row.region) if row else None
    return {"unit": suggestion.unit, "co_units": list(suggestion.co_units)} if suggestion else {}


@click.group()
def outbox() -> None:
    """Deliveries to the ticket backend."""


@outbox.command("list")
@click.option("--dead", is_flag=True, help="Only dead letters.")
def list_letters(dead: bool) -> None:
    """List what is not delivered, and reports that wait for an earlier one."""
    for letter in asyncio.run(_outbox().letters("dead" if dead else None)):
        when = f"next {local(letter.next_try_at):%Y-%m-%d %H:%M:%S}" if letter.state == "pending" else ""
        click.echo(
            f"{letter.id}  {letter.number}  {letter.kind}  {letter.state} {when} attempts {letter.attempts}  {letter.error or ''}"
        )
    if not dead:
        for report in asyncio.run(Inbox(database()).waiting()):
            click.echo(f"waiting report {report['id']}  {report['number']}  {report['kind']}")


@outbox.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="All dead letters.")
def retry(ids: tuple[int, ...], every: bool) -> None:
    """Send dead letters again."""
    if bool(ids) == every:
        raise click.UsageError("name the deliveries, or say --all")
    click.echo(f"{asyncio.run(_outbox().send_again(None if every else ids))} sent again")


def _outbox() -> Outbox:
    return Outbox(database(), ticket_backend(case_event, conceal))


@click.group("catalogue")
def catalogue_group() -> None:
    """The dispatch catalogue (派单目录), Articles 12 and 19."""


def _log() -> CatalogueLog:
    log = CatalogueLog(database())
    log.refresh()
    return log


def _class(path: str) -> Path2:
    first, _, second = path.partition("/")
    if (first, second) not in catalogue().entries:
        raise click.ClickException(f"there is no class {path}; write it as 环境保护/噪声污染")
    return first, second


@catalogue_group.command("show")
@click.argument("path")
@click.option("--region")
def show_class(path: str, region: str | None) -> None:
    """Show a class, and the unit that answers for it in a region."""
    _log()
    entry = catalogue().entries[_class(path)]
    for name, value in vars(entry).items():
        click.echo(f"{name}: {'、'.join(value) if isinstance(value, tuple) else value}")
    click.echo(f"unit in {region or 'the city'}: {catalogue().responsible_unit(list(entry.category), region)}")


@catalogue_group.command("set")
@click.argument("path")
@click.argument("values", nargs=-1, required=True)
@click.option("--region", help="Change the unit in this region only: unit=…, empty to take the exception back.")
@click.option("--by", "who", required=True, help="Who decided it.")
@click.option("--because", required=True, help="Why: the minutes, the order, the law.")
def set_class(path: str, values: tuple[str, ...], region: str | None, who: str, because: str) -> None:
    """Record a decision: `bot catalogue set 城乡建设/供水 --region COUNTY unit=… --by … --because …`."""
    log = _log()
    pairs = dict(value.partition("=")[::2] for value in values)
    try:
        version = log.decide(_class(path), region, pairs, who, because)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"version {version} is in force")


@catalogue_group.command("log")
def show_log() -> None:
    """Who decided what, when and why; newest first."""
    for decision in CatalogueLog(database()).decisions():
        where = f"{'/'.join(decision.category)}{' ' + decision.region if decision.region else ''}"
        told = json.dumps(decision.values, ensure_ascii=False)
        click.echo(
            f"{decision.version}  {local(decision.at):%Y-%m-%d %H:%M}  {where}  {told}  {decision.decided_by}: {decision.reason}"
        )


@catalogue_group.command()
@click.argument("version", type=int)
@click.option("--by", "who", required=True)
@click.option("--because", required=True)
def undo(version: int, who: str, because: str) -> None:
    """Put back what a decision changed; the log keeps both."""
    try:
        fresh = _log().undo(version, who, because)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"version {fresh} is in force")


@catalogue_group.command()
def export() -> None:
    """Write the catalogue in force as CSV."""
    _log()
    rows = catalogue().rows()
    writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
