DROP TRIGGER envelope_rules ON deals_envelope;
DROP FUNCTION deals_envelope();
DROP TRIGGER sealed_paper_rules ON deals_sealedpaper;
DROP FUNCTION deals_sealed_paper();
DROP TRIGGER sealed_return_rules ON deals_sealedreturn;
DROP FUNCTION deals_sealed_return();
DROP TRIGGER company_undertaking_rules ON deals_companyundertaking;
DROP FUNCTION deals_company_undertaking();
