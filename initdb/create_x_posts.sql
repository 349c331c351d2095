-- Posts of configured X accounts; counts over time are in x_posts_history.
create table if not exists x_posts (
  tweet_id               text primary key check (tweet_id ~ '^[0-9]+$' and length(tweet_id) <= 30),
  author_id              text check (author_id ~ '^[0-9]+$' and length(author_id) <= 30),
  text                   text not null,
  created_at             timestamptz not null check (created_at >= '2006-01-01Z' and created_at < '2200-01-01Z'),
  lang                   text check (lang <> ''),
  source_account         text check (source_account !~ '[\u0001-\u001f\u007f-\u009f]' and length(source_account) between 1 and 200),
  account_category       text check (account_category !~ '[\u0001-\u001f\u007f-\u009f]' and length(account_category) between 1 and 200),
  collection_source      text check (collection_source in ('primary', 'secondary')),
  retweet_count          integer check (retweet_count >= 0),
  reply_count            integer check (reply_count >= 0),
  like_count             integer check (like_count >= 0),
  quote_count            integer check (quote_count >= 0),
  bookmark_count         integer check (bookmark_count >= 0),
  impression_count       bigint check (impression_count >= 0),
  hashtags               jsonb check (jsonb_typeof(hashtags) = 'array'),
  mentions               jsonb check (jsonb_typeof(mentions) = 'array'),
  urls                   jsonb check (jsonb_typeof(urls) = 'array'),
  cashtags               jsonb check (jsonb_typeof(cashtags) = 'array'),
  annotations            jsonb check (jsonb_typeof(annotations) = 'array'),
  context_annotations    jsonb check (jsonb_typeof(context_annotations) = 'array'),
  username               text check (username !~ '[\u0001-\u001f\u007f-\u009f]' and length(username) between 1 and 200),
  display_name           text,
  user_verified          boolean,
  user_followers_count   bigint check (user_followers_count >= 0),
  user_following_count   integer check (user_following_count >= 0),
  user_tweet_count       integer check (user_tweet_count >= 0),
  edit_history_tweet_ids jsonb check (jsonb_typeof(edit_history_tweet_ids) = 'array'),
  referenced_type        text check (referenced_type in ('retweeted', 'quoted', 'replied_to')),
  referenced_id          text check (referenced_id ~ '^[0-9]+$' and length(referenced_id) <= 30),
  collected_at           timestamptz check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  updated_at             timestamptz not null default now(),
  constraint x_posts_reference check ((referenced_type is null) = (referenced_id is null))
);
create index if not exists x_posts_source_account_created_at on x_posts (source_account, created_at desc);
create index if not exists x_posts_account_category_created_at on x_posts (account_category, created_at desc);
create index if not exists x_posts_created_at on x_posts (created_at desc);
create index if not exists x_posts_engagement on x_posts ((coalesce(like_count, 0)::bigint + coalesce(retweet_count, 0) + coalesce(reply_count, 0)) desc);
create index if not exists x_posts_words on x_posts using gin (to_tsvector('simple', text));
comment on table x_posts is 'X posts';
comment on column x_posts.tweet_id is 'a number beyond 2^53: text';
comment on column x_posts.text is 'the post in full: the long form where there is one, of a repost the original';
comment on column x_posts.created_at is 'instant of the post; where the answer lacks it, the id tells it';
comment on column x_posts.author_id is 'null where the answer lacks it';
comment on column x_posts.source_account is 'handle we asked for; null where only the answer is known';
comment on column x_posts.like_count is 'null where the answer has no metrics: absent is not zero';
