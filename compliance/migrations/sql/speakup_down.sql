drop trigger speakup_text_stays on compliance_speakuptext;
drop function compliance_speakup_text_stays();
drop trigger speakup_moves on compliance_speakupcase;
drop function compliance_speakup_moves();
