-- Takes back mandates.sql; the table goes with its model. Alerts of the reasons that go keep their kind.
drop trigger mandate_is_not_emptied on vault_mandate;
drop trigger mandate_dies_with_its_client on vault_mandate;
drop trigger mandate_rules on vault_mandate;
drop function vault_check_mandate();
drop function vault_mandate_days(text, date, date, date);
alter table vault_purposealert disable trigger alert_rules;
update vault_purposealert set reason = 'unlawful.off'
where reason in ('unlawful.mandate_ended', 'unlawful.no_mandate');
alter table vault_purposealert enable trigger alert_rules;
