-- Counts of a post at an instant.
create table if not exists x_posts_history (
  tweet_id         text not null check (tweet_id ~ '^[0-9]+$' and length(tweet_id) <= 30),
  observed_at      timestamptz not null check (observed_at >= '1970-01-01Z' and observed_at < '2200-01-01Z'),
  retweet_count    integer check (retweet_count >= 0),
  reply_count      integer check (reply_count >= 0),
  like_count       integer check (like_count >= 0),
  quote_count      integer check (quote_count >= 0),
  bookmark_count   integer check (bookmark_count >= 0),
  impression_count bigint check (impression_count >= 0),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  primary key (tweet_id, observed_at)
);
create index if not exists x_posts_history_observed_at on x_posts_history (observed_at desc);
comment on table x_posts_history is 'Counts of X posts over time';
