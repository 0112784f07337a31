"""The knowledge base in the store: articles, versions, revision, marks on gaps"""

from alembic import op
import sqlalchemy as sa
import bot.storage.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('articles',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=False),
    sa.Column('newest', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('category', sa.String(length=72), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', bot.storage.types.Instant(), nullable=False),
    sa.Column('updated_at', bot.storage.types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('owner', 'external_id', name='articles_owner_external_id')
    )
    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_articles_revision'), ['revision'], unique=False)
        batch_op.create_index(batch_op.f('ix_articles_state'), ['state'], unique=False)

    op.create_table('article_versions',
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', bot.storage.types.Instant(), nullable=False),
    sa.Column('decided_by', sa.String(length=64), nullable=True),
    sa.Column('decided_at', bot.storage.types.Instant(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], ),
    sa.PrimaryKeyConstraint('article_id', 'number')
    )
    with op.batch_alter_table('article_versions', schema=None) as batch_op:
        batch_op.create_index('article_versions_state', ['state'], unique=False)

    op.create_table('kb_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('kb_gap_marks',
    sa.Column('observation_id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.String(length=64), nullable=True),
    sa.Column('marked_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', bot.storage.types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['observation_id'], ['observations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('observation_id')
    )


def downgrade() -> None:
    op.drop_table('kb_gap_marks')
    op.drop_table('kb_revision')
    with op.batch_alter_table('article_versions', schema=None) as batch_op:
        batch_op.drop_index('article_versions_state')

    op.drop_table('article_versions')
    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_articles_state'))
        batch_op.drop_index(batch_op.f('ix_articles_revision'))

    op.drop_table('articles')
