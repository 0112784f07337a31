"""WeChat: people, messages that came, messages to be sent, the account"""

from alembic import op
import sqlalchemy as sa
import bot.storage.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wechat_people',
    sa.Column('visitor_id', sa.String(length=64), nullable=False),
    sa.Column('openid', bot.storage.types.Encrypted(), nullable=False),
    sa.Column('following', sa.Boolean(), nullable=False),
    sa.Column('notices_refused', sa.Boolean(), nullable=False),
    sa.Column('message_left', sa.Integer(), nullable=False),
    sa.Column('message_until', bot.storage.types.Instant(), nullable=True),
    sa.Column('event_left', sa.Integer(), nullable=False),
    sa.Column('event_until', bot.storage.types.Instant(), nullable=True),
    sa.Column('busy_until', bot.storage.types.Instant(), nullable=True),
    sa.Column('created_at', bot.storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('visitor_id')
    )
    op.create_table('wechat_inbound',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('visitor_id', sa.String(length=64), nullable=False),
    sa.Column('message', bot.storage.types.Encrypted(), nullable=True),
    sa.Column('reply', bot.storage.types.Encrypted(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('claimed_until', bot.storage.types.Instant(), nullable=False),
    sa.Column('received_at', bot.storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('wechat_inbound', schema=None) as batch_op:
        batch_op.create_index('wechat_inbound_open', ['state', 'claimed_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_inbound_received_at'), ['received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_inbound_visitor_id'), ['visitor_id'], unique=False)

    op.create_table('wechat_deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('visitor_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('content', bot.storage.types.Encrypted(), nullable=True),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('platform_id', sa.String(length=32), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', bot.storage.types.Instant(), nullable=False),
    sa.Column('error', sa.String(length=64), nullable=True),
    sa.Column('created_at', bot.storage.types.Instant(), nullable=False),
    sa.Column('delivered_at', bot.storage.types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    with op.batch_alter_table('wechat_deliveries', schema=None) as batch_op:
        batch_op.create_index('wechat_deliveries_due', ['state', 'next_try_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_deliveries_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_deliveries_notice_id'), ['notice_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_deliveries_platform_id'), ['platform_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_deliveries_visitor_id'), ['visitor_id'], unique=False)

    op.create_table('wechat_accounts',
    sa.Column('app_id', sa.String(length=64), nullable=False),
    sa.Column('token', bot.storage.types.Encrypted(), nullable=True),
    sa.Column('token_until', bot.storage.types.Instant(), nullable=True),
    sa.Column('refresh_at', bot.storage.types.Instant(), nullable=True),
    sa.Column('fetching_until', bot.storage.types.Instant(), nullable=True),
    sa.Column('menus_refused', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('app_id')
    )


def downgrade() -> None:
    op.drop_table('wechat_accounts')
    op.drop_table('wechat_deliveries')
    op.drop_table('wechat_inbound')
    op.drop_table('wechat_people')
