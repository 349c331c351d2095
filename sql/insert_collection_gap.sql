-- Store a gap in the answers of a job. $1 job, $2 its last answer before the gap, $3 the first try after; failed tries lengthen the gap.
insert into collection_gaps as known (unit, began_at, ended_at)
values ($1, $2, $3)
on conflict (unit, began_at) do update
set ended_at = excluded.ended_at, updated_at = now()
where known.ended_at < excluded.ended_at
