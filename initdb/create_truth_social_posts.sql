-- Posts of Truth Social accounts.
create table if not exists truth_social_posts (
  id                text primary key check (id ~ '^[0-9]+$' and length(id) <= 30),
  created_at        timestamptz not null check (created_at >= '2006-01-01Z' and created_at < '2200-01-01Z'),
  username          text not null check (username ~ '[^\u0001-\u0020\u00a0\u3000]'),
  account_id        text not null check (account_id ~ '^[0-9]+$' and length(account_id) <= 30),
  display_name      text,
  verified          boolean,
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
  has_tags          boolean,
  has_mentions      boolean,
  card_url          text,
  card_title        text,
  card_description  text,
  card_image        text,
  visibility        text check (visibility <> ''),
  sensitive         boolean,
  spoiler_text      text,
  in_reply_to_id    text check (in_reply_to_id ~ '^[0-9]+$' and length(in_reply_to_id) <= 30),
  quote_id          text check (quote_id ~ '^[0-9]+$' and length(quote_id) <= 30),
  kind              text not null check (kind in ('post', 'reblog', 'quote', 'reply')),
  reblog_of_id      text check (reblog_of_id ~ '^[0-9]+$' and length(reblog_of_id) <= 30),
  quote_of_id       text check (quote_of_id ~ '^[0-9]+$' and length(quote_of_id) <= 30),
  poll              jsonb check (jsonb_typeof(poll) = 'object'),
  account_type      text check (account_type in ('individual', 'government', 'business')),
  market_influence  integer check (market_influence between 0 and 10),
  collected_at      timestamptz check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  updated_at        timestamptz not null default now(),
  constraint truth_social_posts_reblog_has_original check (kind <> 'reblog' or reblog_of_id is not null)
);
create index if not exists truth_social_posts_username_created_at on truth_social_posts (username, created_at desc);
create index if not exists truth_social_posts_created_at on truth_social_posts (created_at desc);
create index if not exists truth_social_posts_words on truth_social_posts using gin (to_tsvector('english', coalesce(clean_content, '')));
create index if not exists truth_social_posts_tags on truth_social_posts using gin (tags);
comment on table truth_social_posts is 'Truth Social posts, also of accounts that are not configured';
comment on column truth_social_posts.id is 'a number beyond 2^53: text';
comment on column truth_social_posts.created_at is 'instant of the post';
comment on column truth_social_posts.content is 'original HTML; may be empty (<p></p>)';
comment on column truth_social_posts.clean_content is 'plain text';
comment on column truth_social_posts.collected_at is 'instant of the answer';
comment on column truth_social_posts.kind is 'reblog: text and media are the original''s, counts the reblog''s own';
comment on column truth_social_posts.market_influence is '0 to 10, by account';
comment on column truth_social_posts.poll is 'as the provider sends it';
