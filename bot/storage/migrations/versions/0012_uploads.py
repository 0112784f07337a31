"""Uploads: where they came from, as a digest"""

from alembic import op
import sqlalchemy as sa

revision = '0012'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('media', schema=None) as batch_op:
        batch_op.add_column(sa.Column('address_digest', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_media_address_digest'), ['address_digest'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('media', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_media_address_digest'))
        batch_op.drop_column('address_digest')
