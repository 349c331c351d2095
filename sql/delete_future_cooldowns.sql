-- Drop the cooldowns that began in the future. $1: the latest valid instant.
delete from credential_rests where since > $1::timestamptz returning credential
