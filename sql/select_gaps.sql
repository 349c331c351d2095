-- query gaps: data that is missing, and why: missed snapshots, old posts and news of X and Finnhub, and gaps of streams that are not repaired.
-- $1 unit (unit, any): only gaps of this job or feed
select unit, target, began_at, ended_at, detail
from (
  select unit, null::text as target, began_at, ended_at, 'no snapshot was taken between the two' as detail
  from collection_gaps
  union all
  select s.unit, s.target, gap.after, gap.before, 'what came between ' || gap.after_id || ' and ' || gap.before_id
  from target_state s
  cross join lateral pg_catalog.jsonb_to_recordset(s.cursor -> 'gaps'::text) as gap (after_id text, before_id text, after timestamptz, before timestamptz)
  where pg_catalog.jsonb_typeof(s.cursor -> 'gaps'::text) = 'array'
  union all
  select
    feed,
    case kind
      when 'offset' then topic || ', partition ' || partition::text || ', offsets ' || first_offset::text || ' to ' || coalesce(last_offset::text, 'the end')
      else pg_catalog.array_to_string(symbols[1:3], ', '::text)
        || case when pg_catalog.cardinality(symbols) > 3 then ' and ' || (pg_catalog.cardinality(symbols) - 3)::text || ' more' else '' end
    end,
    began_at, ended_at,
    why || '; ' || coalesce(not_repaired_because, 'fin stream repair has not tried yet')
  from stream_gaps
  where repaired_at is null
) as gaps
where $1 in ('any', unit)
order by began_at, unit, target
