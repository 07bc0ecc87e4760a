-- Cases of incidents: what is decided stays decided. Each refusal is a check_violation with a constraint name.
create function compliance_incident_refuse(rule text) returns void language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception '%', rule using errcode = 'check_violation', constraint = rule;
end $$;

create function compliance_check_incident() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform compliance_incident_refuse('incident_stays');
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'open' or new.discovered_at > clock_timestamp() then
      perform compliance_incident_refuse('incident_begins_open');
    end if;
    return new;
  end if;
  if old.state = 'closed' or (old.id, old.reason, old.opened_at, old.opened_by_id)
    is distinct from (new.id, new.reason, new.opened_at, new.opened_by_id)
    or (old.contained_at is not null and (old.contained, old.contained_at) is distinct from (new.contained, new.contained_at))
  then
    perform compliance_incident_refuse('incident_content_is_final');
  end if;
  if new.discovered_at > old.discovered_at then
    perform compliance_incident_refuse('incident_discovered_only_earlier');
  end if;
  if new.state <> old.state and (old.state, new.state) not in (('open', 'contained'), ('contained', 'closed')) then
    perform compliance_incident_refuse('incident_state_moves_on');
  end if;
  if new.state = 'closed' and exists (
    select from compliance_incidentclock c where c.incident_id = new.id and c.answer = '')
  then
    perform compliance_incident_refuse('incident_closed_with_clocks_answered');
  end if;
  return new;
end $$;
create trigger incident_rules before insert or update or delete on compliance_incident
  for each row execute function compliance_check_incident();

create function compliance_check_incident_clock() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform compliance_incident_refuse('incident_clock_stays');
  end if;
  if old.answer <> '' or (old.id, old.incident_id, old.code) is distinct from (new.id, new.incident_id, new.code)
    or new.due_at > old.due_at
  then
    perform compliance_incident_refuse('incident_clock_is_final');
  end if;
  return new;
end $$;
create trigger incident_clock_rules before update or delete on compliance_incidentclock
  for each row execute function compliance_check_incident_clock();

create function compliance_incident_book() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform compliance_incident_refuse(tg_table_name || '_is_final');
  return null;
end $$;
create trigger incident_event_stays before update or delete on compliance_incidentevent
  for each row execute function compliance_incident_book();
create trigger incident_lock_stays before update or delete on compliance_incidentlock
  for each row execute function compliance_incident_book();
