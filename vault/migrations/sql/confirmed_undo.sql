-- Takes back confirmed.sql; the table goes with its model. A release that knows of no waiting would count what
-- nobody confirmed, so that it is entered as withdrawn. Alerts of the reason that goes keep their kind.
insert into vault_consentevent (id, key_id, client_id, purpose, scope, recipient, given, form, channel, notice_id,
                                notice_version, recorded_by_id, at, has_proof, proof,
                                proof_seal, to_confirm)
select gen_random_uuid(), e.key_id, e.client_id, e.purpose, e.scope, e.recipient, false, e.form, e.channel,
       e.notice_id, e.notice_version, null, now(), false, null, e.proof_seal, false
from vault_consentevent e
left join vault_consentconfirmation c on c.event_id = e.id
where e.to_confirm and c.accepted is not true
  and not exists (select from vault_consentevent n
                  where n.client_id = e.client_id and n.purpose = e.purpose and n.scope = e.scope
                    and n.recipient = e.recipient and n.at > e.at);
set constraints all immediate;
set constraints all deferred;
drop trigger confirmation_is_not_emptied on vault_consentconfirmation;
drop trigger confirmation_dies_with_its_client on vault_consentconfirmation;
drop trigger confirmation_stays on vault_consentconfirmation;
drop trigger confirmation_rules on vault_consentconfirmation;
drop function vault_check_confirmation();
alter table vault_purposealert disable trigger alert_rules;
update vault_purposealert set reason = 'unlawful.consent' where reason = 'unlawful.unconfirmed';
alter table vault_purposealert enable trigger alert_rules;
