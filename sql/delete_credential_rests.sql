-- End a rest, because the key was just seen to work. $1: provider, $2: credential.
delete from credential_rests where provider = $1 and credential = $2
