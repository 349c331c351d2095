-- Upsert counts of X posts at an instant. $1: rows as JSON.
insert into x_posts_history as h (tweet_id, observed_at, retweet_count, reply_count, like_count, quote_count, bookmark_count, impression_count)
select tweet_id, observed_at, retweet_count, reply_count, like_count, quote_count, bookmark_count, impression_count
from jsonb_populate_recordset(null::x_posts_history, $1)
on conflict (tweet_id, observed_at) do update
set retweet_count = coalesce(excluded.retweet_count, h.retweet_count),
    reply_count = coalesce(excluded.reply_count, h.reply_count),
    like_count = coalesce(excluded.like_count, h.like_count),
    quote_count = coalesce(excluded.quote_count, h.quote_count),
    bookmark_count = coalesce(excluded.bookmark_count, h.bookmark_count),
    impression_count = coalesce(excluded.impression_count, h.impression_count),
    updated_at = now()
where (
  h.retweet_count, h.reply_count, h.like_count, h.quote_count, h.bookmark_count, h.impression_count
) is distinct from (
  coalesce(excluded.retweet_count, h.retweet_count), coalesce(excluded.reply_count, h.reply_count),
  coalesce(excluded.like_count, h.like_count), coalesce(excluded.quote_count, h.quote_count),
  coalesce(excluded.bookmark_count, h.bookmark_count), coalesce(excluded.impression_count, h.impression_count)
)
returning (xmax = 0) as inserted
