-- Remember that a unit had no answer for a while. $1 unit, $2 its last answer before, $3 the first try after; tries that fail lengthen it.
insert into collection_gaps as known (unit, began_at, ended_at)
values ($1, $2, $3)
on conflict (unit, began_at) do update
set ended_at = excluded.ended_at, updated_at = now()
where known.ended_at < excluded.ended_at
