"""Terms of retention: what is past its term is found without reading everything"""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

COLUMNS = (
    ('utterances', 'created_at'),
    ('conversations', 'updated_at'),
    ('accesses', 'created_at'),
    ('observations', 'created_at'),
    ('visitors', 'created_at'),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.create_index(f'ix_{table}_{column}', table, [column], unique=False)


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_index(f'ix_{table}_{column}', table)
