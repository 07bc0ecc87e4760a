drop trigger reviewed_access_moves on compliance_reviewedaccess;
drop function compliance_reviewed_access_moves();
drop trigger access_review_moves on compliance_accessreview;
drop function compliance_access_review_moves();
