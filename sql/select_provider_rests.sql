-- What was said about a provider's credentials, past rests too. $1: provider.
select credential, kind, since, until, why, fingerprint from credential_rests where provider = $1 order by credential
