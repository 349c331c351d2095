-- Drop the cooldowns that a clock that was ahead started. $1: those after it.
delete from credential_rests where since > $1::timestamptz returning credential
