-- A passkey is of one account (Web Authentication, section 7.1, step 26).
CREATE UNIQUE INDEX people_passkey_once ON mfa_authenticator ((data #>> '{credential,id}')) WHERE type = 'webauthn';

-- What was kept of sessions before: whole addresses, and all that the browser said of itself. People stay
-- signed in; what is shown of the session is noted anew at its next request.
UPDATE usersessions_usersession
SET ip = host(network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 24 ELSE 48 END)))::inet, user_agent = '';
