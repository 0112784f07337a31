"""One durable queue: messages of WeChat and reports that wait get its columns"""

from alembic import op
import sqlalchemy as sa
import bot.storage.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('wechat_inbound', schema=None) as batch_op:
        batch_op.drop_index('wechat_inbound_open')
        batch_op.alter_column('claimed_until', new_column_name='next_try_at')
        batch_op.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('error', bot.storage.types.Encrypted(), nullable=True))
    op.create_index('wechat_inbound_due', 'wechat_inbound', ['state', 'next_try_at'], unique=False)

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('next_try_at', bot.storage.types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('error', bot.storage.types.Encrypted(), nullable=True))
    op.execute("UPDATE inbox SET next_try_at = created_at")
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.alter_column('next_try_at', nullable=False)
        batch_op.create_index('inbox_due', ['state', 'next_try_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('inbox_due')
        batch_op.drop_column('error')
        batch_op.drop_column('next_try_at')
        batch_op.drop_column('attempts')

    op.drop_index('wechat_inbound_due', 'wechat_inbound')
    with op.batch_alter_table('wechat_inbound', schema=None) as batch_op:
        batch_op.drop_column('error')
        batch_op.drop_column('attempts')
        batch_op.alter_column('next_try_at', new_column_name='claimed_until')
        batch_op.create_index('wechat_inbound_open', ['state', 'claimed_until'], unique=False)
