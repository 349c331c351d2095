-- End a cooldown, because the credential just worked. $1: provider, $2: credential.
delete from credential_rests where provider = $1 and credential = $2
