drop trigger incident_lock_stays on compliance_incidentlock;
drop trigger incident_event_stays on compliance_incidentevent;
drop function compliance_incident_book();
drop trigger incident_clock_rules on compliance_incidentclock;
drop function compliance_check_incident_clock();
drop trigger incident_rules on compliance_incident;
drop function compliance_check_incident();
drop function compliance_incident_refuse(text);
