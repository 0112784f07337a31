"""Vectors of the knowledge base: kept in a file beside the model"""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('vectors')


def downgrade() -> None:
    op.create_table('vectors',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('values', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest')
    )
