"""Alembic's entry: runs in the connection that `bot.storage.engine` hands over."""

from alembic import context

from bot.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
