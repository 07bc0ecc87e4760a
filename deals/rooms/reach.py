"""The one query that says how far a person reaches in a room.

`mine` are the person's ways in: a deal's staff reach everything; outside people have the groups of the room
they are in, a group whose company has to be bound only while it is (`deals.seals`). `spot` are the folders
that are asked about, with the stage from which each opens. `near` is the nearest grant of each group at or
above each spot. A file's own grant goes before its folder's; of several groups the highest level counts. No
way in, no grant, level none: no row.
"""

from typing import Any
from uuid import UUID

# Of a group `g`: nobody demands that its company is bound, or it is: by an undertaking that was accepted and
# not revoked, whose access has not ended, of the text that it was sealed with, and of a version that no newer
# one has asked to sign again. Beside the person's own, never instead of it (`let_in` in access.py).
_BOUND = """
    and (not exists (select from deals_sealdemand s
                     where s.ended_at is null and (s.group_id = g.id or s.kind = g.kind))
      or exists (select from deals_companyundertaking c
                 join people_ndatemplate t on t.id = c.template_id and t.text_hash = c.text_hash
                 where c.group_id = g.id and c.accepted_at is not null and c.revoked_at is null
                   and c.access_expires_at > statement_timestamp()
                   and not exists (select from people_ndatemplate n
                                   where n.kind = t.kind and n.version > t.version
                                     and n.resign_from <= statement_timestamp())))"""

_OF_PEOPLE = """
with mine as materialized (
  select null::int as group_id, true as everything, false as staged, 12 as stage
  from deals_room r
  join deals_dealmember m on m.deal_id = r.deal_id and m.user_id = %(user)s
  join people_user u on u.id = m.user_id
  where r.id = %(room)s and u.is_active and u.kind = 'staff'
  union all
  select g.auth_group_id, false, g.kind <> 'seller', least(d.stage, g.stage)
  from deals_roomgroup g
  join deals_room r on r.id = g.room_id
  join deals_deal d on d.id = r.deal_id
  join people_user_groups m on m.group_id = g.auth_group_id and m.user_id = %(user)s
  join people_user u on u.id = m.user_id
  where g.room_id = %(room)s and u.is_active and u.kind = 'outside'
    and (g.expires_at is null or g.expires_at > statement_timestamp()){bound}
)"""
_WAYS_IN = _OF_PEOPLE.format(bound=_BOUND)

# An expired grant is level none, not absent. The array is Level in order; a test holds the two together.
_LEVEL = """(case when g.expires_at <= statement_timestamp() then 0 else array_position(
  array['room_none','room_fence','room_view','room_encrypted','room_pdf','room_original','room_upload',
        'room_manage'], p.codename::text) - 1 end)"""

_SPOTS = """, spot as materialized (
  select f.id, max(above.opens_at) as opens_at,
         array_agg(above.position order by a.depth desc) as number
  from deals_folder f
  join deals_folderancestor a on a.folder_id = f.id
  join deals_folder above on above.id = a.ancestor_id
  where f.room_id = %(room)s and {spots}
  group by f.id
), near as materialized (
  select distinct on (s.id, m.group_id) s.id as folder_id, m.group_id, {level} as level
  from spot s
  join deals_folderancestor a on a.folder_id = s.id
  join deals_foldergrant g on g.content_object_id = a.ancestor_id
  join auth_permission p on p.id = g.permission_id
  join mine m on m.group_id = g.group_id
  order by s.id, m.group_id, a.depth
)"""

_FOLDERS = """
select {columns}, array_to_string(s.number, '.') as number, reach.level
from (
  select s.id, max(case when m.everything then 7 else n.level end) as level
  from spot s
  join mine m on m.everything or not m.staged or m.stage >= s.opens_at
  left join near n on n.folder_id = s.id and n.group_id = m.group_id
  group by s.id
) reach
join spot s on s.id = reach.id
join deals_folder f on f.id = reach.id
where reach.level >= %(level)s
order by s.number"""

_FILES = """
select {columns}, array_to_string(s.number, '.') || '-' || f.position as number, reach.level
from (
  select f.id, max(case when m.everything then 7 else coalesce({level}, n.level) end) as level
  from deals_file f
  join spot s on s.id = f.folder_id
  join mine m on m.everything or not m.staged or m.stage >= s.opens_at
  left join near n on n.folder_id = s.id and n.group_id = m.group_id
  left join deals_filegrant g on g.content_object_id = f.id and g.group_id = m.group_id
  left join auth_permission p on p.id = g.permission_id
  where f.room_id = %(room)s and {files}
  group by f.id
) reach
join deals_file f on f.id = reach.id
join spot s on s.id = f.folder_id
where reach.level >= %(level)s
order by s.number, f.position
limit {limit}"""

ALL_SPOTS = "true"
ONE_SPOT = "f.id = %(folder)s"
SPOT_OF_FILE = "f.id = (select x.folder_id from deals_file x where x.id = %(file)s)"
OTHER_SPOTS = "f.id <> all (%(folders)s::uuid[])"
IN_FOLDER = "f.folder_id = %(folder)s and f.position > %(after)s"
IN_OTHER_FOLDERS = "f.folder_id <> all (%(folders)s::uuid[])"
ONE_FILE = "f.id = %(file)s"
AMONG = "f.id = any (%(files)s::uuid[])"

WAY_IN = _WAYS_IN + " select 1 from mine limit 1"  # noqa: S608 (constants of this module)
# As if every company were bound: never an answer of the gate; it is for saying what is owed.
WAY_IN_IF_BOUND = _OF_PEOPLE.format(bound="") + " select 1 from mine limit 1"  # noqa: S608


def folders_sql(spots: str, columns: str = "f.*") -> str:
    """Parameters: user, room, level, and what the condition names."""
    return (_WAYS_IN + _SPOTS + _FOLDERS).format(spots=spots, level=_LEVEL, columns=columns)


def files_sql(spots: str, files: str, columns: str = "f.*", limit: str = "%(limit)s") -> str:
    """Parameters: user, room, level, limit, and what the conditions name."""
    sql = _WAYS_IN + _SPOTS + _FILES
    return sql.format(spots=spots, files=files, level=_LEVEL, columns=columns, limit=limit)


Parameters = dict[str, Any]


def parameters(user: UUID, room: UUID, **more: object) -> Parameters:
    return {"user": user, "room": room, **more}
