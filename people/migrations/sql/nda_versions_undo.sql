DROP TRIGGER nda_draft_rules ON people_ndadraft;
DROP FUNCTION people_check_nda_draft();
DROP TRIGGER template_agreed ON people_ndatemplate;
DROP FUNCTION people_check_template();
