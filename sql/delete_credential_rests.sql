-- End the cooldown of a credential, because a person asks for it (fin quota --retry). $1: provider, $2: credential.
delete from credential_rests where provider = $1 and credential = $2
