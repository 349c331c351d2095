-- X accounts by handle: id, counts, whether they exist.
create table if not exists x_user_profiles (
  username        text not null check (username ~ '^[A-Za-z0-9_]+$' and length(username) <= 20),
  handle          text generated always as (lower(username)) stored primary key,
  user_id         text check (user_id ~ '^[0-9]+$' and length(user_id) <= 30),
  display_name    text,
  category        text check (category !~ '[\u0001-\u001f\u007f-\u009f]' and length(category) between 1 and 200),
  verified        boolean,
  followers_count bigint check (followers_count >= 0),
  following_count integer check (following_count >= 0),
  tweet_count     integer check (tweet_count >= 0),
  status          text not null default 'active' check (status in ('active', 'not_found', 'suspended')),
  last_checked    timestamptz check (last_checked >= '1970-01-01Z' and last_checked < '2200-01-01Z'),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint x_user_profiles_active_has_id check (status <> 'active' or user_id is not null)
);
create index if not exists x_user_profiles_user_id on x_user_profiles (user_id);
comment on table x_user_profiles is 'X accounts';
comment on column x_user_profiles.username is 'as the platform spells it, without @';
comment on column x_user_profiles.handle is 'username in lower case: handles do not differ by case';
comment on column x_user_profiles.status is 'not_found and suspended are remembered, so that one unknown handle never blocks the others';
