"""Wrong guesses of a telephone are counted, also per address"""

from alembic import op
import sqlalchemy as sa
import bot.storage.types

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guesses',
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('last_at', bot.storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('subject')
    )
    op.add_column('visitors', sa.Column('address_digest', sa.String(length=64), nullable=True))
