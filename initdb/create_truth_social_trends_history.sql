-- Rank and counts of a trending post at an instant.
create table if not exists truth_social_trends_history (
  id               text not null check (id ~ '^[0-9]+$' and length(id) <= 30),
  collected_at     timestamptz not null check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  trend_rank       integer check (trend_rank > 0),
  trend_score      numeric check (abs(trend_score) < 1e100),
  replies_count    integer check (replies_count >= 0),
  reblogs_count    integer check (reblogs_count >= 0),
  favourites_count integer check (favourites_count >= 0),
  upvotes_count    integer check (upvotes_count >= 0),
  downvotes_count  integer check (downvotes_count >= 0),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  primary key (id, collected_at)
);
create index if not exists truth_social_trends_history_collected_at on truth_social_trends_history (collected_at desc, trend_rank);
comment on table truth_social_trends_history is 'Trending posts over time';
