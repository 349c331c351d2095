-- Trending posts, newest state; rank and counts over time are in truth_social_trends_history.
create table if not exists truth_social_trends (
  id                text primary key check (id ~ '^[0-9]+$' and length(id) <= 30),
  created_at        timestamptz not null check (created_at >= '2006-01-01Z' and created_at < '2200-01-01Z'),
  username          text not null check (username ~ '[^\u0001-\u0020\u00a0\u3000]'),
  account_id        text not null check (account_id ~ '^[0-9]+$' and length(account_id) <= 30),
  display_name      text,
  content           text not null,
  clean_content     text,
  language          text,
  replies_count     integer check (replies_count >= 0),
  reblogs_count     integer check (reblogs_count >= 0),
  favourites_count  integer check (favourites_count >= 0),
  upvotes_count     integer check (upvotes_count >= 0),
  downvotes_count   integer check (downvotes_count >= 0),
  url               text,
  uri               text,
  has_media         boolean,
  media_count       integer check (media_count >= 0),
  media_attachments jsonb check (jsonb_typeof(media_attachments) = 'array'),
  tags              jsonb check (jsonb_typeof(tags) = 'array'),
  mentions          jsonb check (jsonb_typeof(mentions) = 'array'),
  visibility        text check (visibility <> ''),
  sensitive         boolean,
  in_reply_to_id    text check (in_reply_to_id ~ '^[0-9]+$' and length(in_reply_to_id) <= 30),
  trend_rank        integer check (trend_rank > 0),
  trend_score       numeric check (abs(trend_score) < 1e100),
  collected_at      timestamptz check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  updated_at        timestamptz not null default now()
);
create index if not exists truth_social_trends_trend_rank on truth_social_trends (trend_rank);
create index if not exists truth_social_trends_collected_at on truth_social_trends (collected_at desc);
create index if not exists truth_social_trends_username on truth_social_trends (username);
comment on table truth_social_trends is 'Trending Truth Social posts';
comment on column truth_social_trends.id is 'a number beyond 2^53: text';
comment on column truth_social_trends.created_at is 'instant of the post';
comment on column truth_social_trends.content is 'original HTML; may be empty (<p></p>)';
comment on column truth_social_trends.clean_content is 'plain text';
comment on column truth_social_trends.collected_at is 'instant of the answer';
comment on column truth_social_trends.trend_rank is '1 is the first, at collected_at';
