-- query x-gaps: posts of X accounts that were missed because X no longer offered them: between which posts, and when.
select s.target as account, gap.after_id, gap.before_id, gap.after, gap.before
from target_state s
cross join lateral jsonb_to_recordset(s.cursor -> 'gaps') as gap (after_id text, before_id text, after timestamptz, before timestamptz)
where s.unit = 'x-posts' and jsonb_typeof(s.cursor -> 'gaps') = 'array'
order by gap.after, s.target
