-- Words of a post that named an asset or a theme.
create table if not exists post_keywords (
  post_id          text not null check (post_id !~ '[\u0001-\u0020\u007f-\u00a0]' and length(post_id) between 1 and 100),
  post_source      text not null check (post_source in ('x', 'truth_social_posts', 'truth_social_trends')),
  keyword          text not null check (keyword !~ '[\u0001-\u001f\u007f-\u009f]' and length(keyword) between 1 and 100 and keyword !~ '[A-Z]'),
  keyword_position integer not null check (keyword_position >= 0),
  symbol           text check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 60),
  asset_class      text check (asset_class in ('equity', 'etf', 'crypto')),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  primary key (post_id, post_source, keyword, keyword_position)
);
create index if not exists post_keywords_keyword on post_keywords (keyword);
create index if not exists post_keywords_symbol on post_keywords (symbol);
comment on table post_keywords is 'Matched keywords of posts';
comment on column post_keywords.keyword is 'lower case';
comment on column post_keywords.keyword_position is 'index of the word in the text, from 0';
