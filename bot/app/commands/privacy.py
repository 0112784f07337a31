"""What personal data ask of who runs the service: changing keys, terms of retention."""

from __future__ import annotations

import asyncio
import sys

import click
from sqlalchemy import select

from bot.hotline.retention import enforce
from bot.hotline.rotation import rotate_digests, rotate_media
from bot.settings import settings
from bot.storage import database
from bot.storage.rotation import Rotated, rotate_columns
from bot.storage.tables_wechat import WeChatPerson


@click.command()
def rotate_keys() -> None:
    """Encrypt everything anew with BOT_SECRET_KEY (密钥轮换); the old keys stand in BOT_SECRET_KEY_PREVIOUS.

    May be stopped at any moment and started again, also while the service runs.
    """

    with database().transaction() as session:
        follower = session.scalars(select(WeChatPerson.visitor_id).limit(1)).first()
    if follower and not settings().identity_key:
        raise click.ClickException("Set BOT_IDENTITY_KEY to the first key: WeChat's visitors keep their ids by it.")

    def show(so_far: Rotated) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{so_far.values} values", nl=False, err=True)

    columns, media = rotate_columns(database(), show), rotate_media()
    orders = rotate_digests(database()) if not columns.unreadable else 0
    click.echo(f"{columns.values} values, {media.values} uploads, digests of {orders} orders")
    if lost := columns.unreadable + media.unreadable:
        raise click.ClickException(f"{len(lost)} that no key reads, among them {'; '.join(lost[:5])}")
    click.echo("Nothing needs BOT_SECRET_KEY_PREVIOUS any more.", err=True)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def purge(dry_run: bool) -> None:
    """Remove what is past its term (到期清理); the service does so every day. Counts by kind and table."""
    for name, count in asyncio.run(enforce(database(), dry_run)).items():
        click.echo(f"{count:>8}  {name}")
