-- Upsert ranks and counts of trending Truth Social posts at an instant. $1: rows as JSON. Values that an answer omits stay.
insert into truth_social_trends_history as h (
  id, collected_at, trend_rank, trend_score, replies_count, reblogs_count, favourites_count, upvotes_count, downvotes_count
)
select
  id, collected_at, trend_rank, trend_score, replies_count, reblogs_count, favourites_count, upvotes_count, downvotes_count
from jsonb_populate_recordset(null::truth_social_trends_history, $1)
on conflict (id, collected_at) do update
set trend_rank = coalesce(excluded.trend_rank, h.trend_rank),
    trend_score = coalesce(excluded.trend_score, h.trend_score),
    replies_count = coalesce(excluded.replies_count, h.replies_count),
    reblogs_count = coalesce(excluded.reblogs_count, h.reblogs_count),
    favourites_count = coalesce(excluded.favourites_count, h.favourites_count),
    upvotes_count = coalesce(excluded.upvotes_count, h.upvotes_count),
    downvotes_count = coalesce(excluded.downvotes_count, h.downvotes_count),
    updated_at = now()
where (
  h.trend_rank, h.trend_score, h.replies_count, h.reblogs_count, h.favourites_count, h.upvotes_count, h.downvotes_count
) is distinct from (
  coalesce(excluded.trend_rank, h.trend_rank), coalesce(excluded.trend_score, h.trend_score),
  coalesce(excluded.replies_count, h.replies_count), coalesce(excluded.reblogs_count, h.reblogs_count),
  coalesce(excluded.favourites_count, h.favourites_count), coalesce(excluded.upvotes_count, h.upvotes_count),
  coalesce(excluded.downvotes_count, h.downvotes_count)
)
returning (xmax = 0) as inserted
