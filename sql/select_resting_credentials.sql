-- Credentials of every provider that may not be used, until when and why. $1 instant of the question.
select provider, credential, kind, since, until, why, fingerprint
from credential_rests
where until is null or until > $1::timestamptz
order by provider, credential
