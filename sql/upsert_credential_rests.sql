-- Let a credential rest. $1: provider, $2: credential, $3: kind, $4: since, $5: until (null: until the key changes), $6: why, $7: fingerprint of the key.
-- A rest is never shortened while the key is the same; a key that was changed begins anew.
insert into credential_rests as held (provider, credential, kind, since, until, why, fingerprint)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (provider, credential) do update
set kind = excluded.kind, since = excluded.since, until = excluded.until, why = excluded.why, fingerprint = excluded.fingerprint
where held.fingerprint is distinct from excluded.fingerprint
  or coalesce(excluded.until, 'infinity') >= coalesce(held.until, 'infinity')
