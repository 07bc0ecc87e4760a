drop trigger commendation_stays on compliance_commendation;
drop trigger conduct_evidence_stays on compliance_conductevidence;
drop trigger conduct_text_stays on compliance_conducttext;
drop trigger conduct_voted on compliance_conductvote;
drop function compliance_conduct_voted();
drop trigger conduct_moves on compliance_conductcase;
drop function compliance_conduct_moves();
