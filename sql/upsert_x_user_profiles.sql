-- Upsert X accounts. $1: rows as JSON. Stored values stay when an account is suspended or gives up its name.
insert into x_user_profiles (username, handle, user_id, display_name, category, verified, followers_count, following_count, tweet_count, status, last_checked)
select username, handle, user_id, display_name, category, verified, followers_count, following_count, tweet_count, coalesce(status, 'active'), last_checked
from jsonb_populate_recordset(null::x_user_profiles, $1)
on conflict (handle) do update
set username        = excluded.username,
    user_id         = coalesce(excluded.user_id, x_user_profiles.user_id),
    display_name    = coalesce(excluded.display_name, x_user_profiles.display_name),
    category        = coalesce(excluded.category, x_user_profiles.category),
    verified        = coalesce(excluded.verified, x_user_profiles.verified),
    followers_count = coalesce(excluded.followers_count, x_user_profiles.followers_count),
    following_count = coalesce(excluded.following_count, x_user_profiles.following_count),
    tweet_count     = coalesce(excluded.tweet_count, x_user_profiles.tweet_count),
    status          = excluded.status,
    last_checked    = excluded.last_checked,
    updated_at      = now()
where (
  x_user_profiles.username, x_user_profiles.user_id, x_user_profiles.display_name, x_user_profiles.category, x_user_profiles.verified,
  x_user_profiles.followers_count, x_user_profiles.following_count, x_user_profiles.tweet_count, x_user_profiles.status,
  x_user_profiles.last_checked
) is distinct from (
  excluded.username, coalesce(excluded.user_id, x_user_profiles.user_id), coalesce(excluded.display_name, x_user_profiles.display_name),
  coalesce(excluded.category, x_user_profiles.category), coalesce(excluded.verified, x_user_profiles.verified),
  coalesce(excluded.followers_count, x_user_profiles.followers_count), coalesce(excluded.following_count, x_user_profiles.following_count),
  coalesce(excluded.tweet_count, x_user_profiles.tweet_count), excluded.status, excluded.last_checked
)
returning (xmax = 0) as inserted
