-- The release before knows no passkeys: it would let nobody in by them, but count them as factors at sign-in.
DELETE FROM mfa_authenticator WHERE type = 'webauthn';
DROP INDEX people_passkey_once;
