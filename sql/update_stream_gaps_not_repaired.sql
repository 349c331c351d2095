-- Record why gaps are not repaired. $1: their ids. $2: the reason. $3: true if no later run can repair them. $4: the
-- instant at which a run tried; null: none did.
update stream_gaps
set not_repaired_because = $2::text, not_repairable = $3::boolean, tried_at = coalesce($4::timestamptz, tried_at)
where id = any($1::bigint[]) and repaired_at is null
  and ((not_repaired_because, not_repairable) is distinct from ($2::text, $3::boolean) or $4::timestamptz is not null)
