-- What a provider said about its credentials, ended rests included. $1: provider.
select credential, kind, since, until, why, fingerprint
from credential_rests
where provider = $1
order by credential
