-- Cooldowns of a provider's credentials, including past ones. $1: provider.
select credential, kind, since, until, why, fingerprint from credential_rests where provider = $1 order by credential
