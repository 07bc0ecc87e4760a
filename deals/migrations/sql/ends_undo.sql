DROP TRIGGER version_end_stays ON deals_versionend;
DROP FUNCTION deals_version_end_stays();
