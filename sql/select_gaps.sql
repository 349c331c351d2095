-- query gaps: data that is missing for good, because the provider no longer offers it: missed snapshots, and old posts and news of X and Finnhub.
-- $1 unit (unit, any): only gaps of this job
select unit, target, began_at, ended_at, detail
from (
  select unit, null::text as target, began_at, ended_at, 'no snapshot was taken between the two' as detail
  from collection_gaps
  union all
  select s.unit, s.target, gap.after, gap.before, 'what came between ' || gap.after_id || ' and ' || gap.before_id
  from target_state s
  cross join lateral pg_catalog.jsonb_to_recordset(s.cursor -> 'gaps'::text) as gap (after_id text, before_id text, after timestamptz, before timestamptz)
  where pg_catalog.jsonb_typeof(s.cursor -> 'gaps'::text) = 'array'
) as gaps
where $1 in ('any', unit)
order by began_at, unit, target
