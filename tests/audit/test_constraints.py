"""Each named constraint of log.entry refuses what it is named after."""

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

pytestmark = pytest.mark.django_db

ID = "'01a1ffee-1136-7843-9d22-1e492c273713'"
GOOD = {
    "id": ID,
    "action": "'client.list'",
    "purpose": "''",
    "reason": "''",
    "result": "'done'",
    "object_type": "'client'",
    "subjects": "'{}'",
    "fields": "'{}'",
    "keys": "'{}'",
    "leaf": "'{}'",
}
BAD = [
    ("entry_action_is_a_code", {"action": "'张三'"}),
    ("entry_action_is_a_code", {"action": "'list'"}),
    ("entry_action_is_a_code", {"action": "'a.' || repeat('b', 63)"}),
    ("entry_purpose_is_a_code", {"purpose": "'for Mr Zhang'"}),
    ("entry_reason_is_a_code", {"reason": "'138 0013 8000'"}),
    ("entry_result_known", {"result": "'perhaps'"}),
    ("entry_object_type_is_a_code", {"object_type": "''"}),
    ("entry_fields_are_codes", {"fields": "'{姓名}'"}),
    ("entry_fields_are_codes", {"fields": "array[null]::text[]"}),
    ("entry_fields_bounded", {"fields": "array_fill('a'::text, '{201}')"}),
    ("entry_subjects_bounded", {"subjects": f"array_fill({ID}::uuid, '{{1001}}')"}),
    ("entry_subjects_bounded", {"subjects": "array[null]::uuid[]"}),
    ("entry_keys_bounded", {"keys": "array_fill(1::bigint, '{2001}')"}),
    ("entry_keys_bounded", {"keys": "array[null]::bigint[]"}),
    ("entry_network_is_a_prefix", {"network": "'192.0.2.7'"}),
    ("entry_network_is_a_prefix", {"network": "'2001:db8:1:2::/64'"}),
    ("entry_leaf_bounded", {"leaf": "''"}),
    ("entry_leaf_bounded", {"leaf": "convert_to(repeat('a', 65536), 'UTF8')"}),
    ("entry_detail_with_its_key", {"detail": "'a'"}),
    ("entry_detail_with_its_key", {"detail_key": "1"}),
    ("entry_detail_bounded", {"detail": "convert_to(repeat('a', 65536), 'UTF8')", "detail_key": "1"}),
]


def insert(connection: Connection, values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"insert into log.entry ({', '.join(values)}) values ({', '.join(values.values())})")


def test_what_is_well_formed_goes_in(web: Connection) -> None:
    web.autocommit = False
    insert(web, GOOD)
    web.rollback()


@pytest.mark.parametrize(("constraint", "bad"), BAD)
def test_a_row_that_breaks_a_constraint_is_refused(
    web: Connection, constraint: str, bad: dict[str, str]
) -> None:
    with pytest.raises(psycopg2.IntegrityError) as caught:
        insert(web, GOOD | bad)
    assert caught.value.diag.constraint_name == constraint


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_row_without_what_must_be_there_is_refused(web: Connection, missing: str) -> None:
    with pytest.raises(psycopg2.errors.NotNullViolation):
        insert(web, {name: value for name, value in GOOD.items() if name != missing})
