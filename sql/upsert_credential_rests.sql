-- Start the cooldown of a credential. $1: provider, $2: credential, $3: kind, $4: since, $5: until (null: until the secret changes), $6: why,
-- $7: fingerprint of the secret. A cooldown is never shortened while the secret is the same; a changed secret starts a new one.
insert into credential_rests as held (provider, credential, kind, since, until, why, fingerprint)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (provider, credential) do update
set kind = excluded.kind, since = excluded.since, until = excluded.until, why = excluded.why, fingerprint = excluded.fingerprint
where held.fingerprint is distinct from excluded.fingerprint
  or coalesce(excluded.until, 'infinity') >= coalesce(held.until, 'infinity')
