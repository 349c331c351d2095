-- Credentials in cooldown, of every provider, with its end and reason. $1 instant at which the cooldown lasts.
select provider, credential, kind, since, until, why, fingerprint
from credential_rests
where until is null or until > $1::timestamptz
order by provider, credential
