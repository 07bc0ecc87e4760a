"""The log's tree: leaves, tiles, heads, checkpoints and the functions that make them (tree.sql)."""

from pathlib import Path

from django.db import migrations

CREATE = (Path(__file__).parent / "tree.sql").read_text(encoding="utf-8")
DROP = """
set local role sealroom_log;
drop function log.holders(), log.raise_epoch(), log.sequence(integer), log.fill_tiles(bigint, bigint),
    log.root_at(bigint), log.hashes(integer, bigint, bigint), log.root_of(bytea), log.add_leaf_partition(bigint);
drop table log.checkpoint, log.head, log.tile, log.leaf;
set local role none;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_storage")]

    operations = [migrations.RunSQL([CREATE], [DROP])]
