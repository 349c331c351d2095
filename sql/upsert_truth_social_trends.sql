-- Upsert trending Truth Social posts. $1: rows as JSON. Values that an answer omits stay; an older answer changes
-- nothing. Every answer updates collected_at: a post without the newest collected_at has left the trends.
insert into truth_social_trends as t (
  id, created_at, username, account_id, display_name, content, clean_content, language, replies_count, reblogs_count, favourites_count,
  upvotes_count, downvotes_count, url, uri, has_media, media_count, media_attachments, tags, mentions, visibility, sensitive,
  in_reply_to_id, trend_rank, trend_score, collected_at
)
select
  id, created_at, username, account_id, display_name, content, clean_content, language, replies_count, reblogs_count, favourites_count,
  upvotes_count, downvotes_count, url, uri, has_media, media_count, media_attachments, tags, mentions, visibility, sensitive,
  in_reply_to_id, trend_rank, trend_score, collected_at
from jsonb_populate_recordset(null::truth_social_trends, $1)
on conflict (id) do update
set created_at = excluded.created_at,
    username = excluded.username,
    account_id = excluded.account_id,
    display_name = coalesce(excluded.display_name, t.display_name),
    content = excluded.content,
    clean_content = excluded.clean_content,
    language = coalesce(excluded.language, t.language),
    replies_count = coalesce(excluded.replies_count, t.replies_count),
    reblogs_count = coalesce(excluded.reblogs_count, t.reblogs_count),
    favourites_count = coalesce(excluded.favourites_count, t.favourites_count),
    upvotes_count = coalesce(excluded.upvotes_count, t.upvotes_count),
    downvotes_count = coalesce(excluded.downvotes_count, t.downvotes_count),
    url = coalesce(excluded.url, t.url),
    uri = coalesce(excluded.uri, t.uri),
    has_media = coalesce(excluded.has_media, t.has_media),
    media_count = coalesce(excluded.media_count, t.media_count),
    media_attachments = coalesce(excluded.media_attachments, t.media_attachments),
    tags = coalesce(excluded.tags, t.tags),
    mentions = coalesce(excluded.mentions, t.mentions),
    visibility = coalesce(excluded.visibility, t.visibility),
    sensitive = coalesce(excluded.sensitive, t.sensitive),
    in_reply_to_id = coalesce(excluded.in_reply_to_id, t.in_reply_to_id),
    trend_rank = coalesce(excluded.trend_rank, t.trend_rank),
    trend_score = coalesce(excluded.trend_score, t.trend_score),
    collected_at = excluded.collected_at,
    updated_at = now()
where coalesce(excluded.collected_at >= t.collected_at, true) and (
  t.created_at, t.username, t.account_id, t.display_name, t.content, t.clean_content, t.language, t.replies_count, t.reblogs_count,
  t.favourites_count, t.upvotes_count, t.downvotes_count, t.url, t.uri, t.has_media, t.media_count, t.media_attachments, t.tags,
  t.mentions, t.visibility, t.sensitive, t.in_reply_to_id, t.trend_rank, t.trend_score, t.collected_at
) is distinct from (
  excluded.created_at, excluded.username, excluded.account_id, coalesce(excluded.display_name, t.display_name), excluded.content,
  excluded.clean_content, coalesce(excluded.language, t.language), coalesce(excluded.replies_count, t.replies_count),
  coalesce(excluded.reblogs_count, t.reblogs_count), coalesce(excluded.favourites_count, t.favourites_count),
  coalesce(excluded.upvotes_count, t.upvotes_count), coalesce(excluded.downvotes_count, t.downvotes_count),
  coalesce(excluded.url, t.url), coalesce(excluded.uri, t.uri), coalesce(excluded.has_media, t.has_media),
  coalesce(excluded.media_count, t.media_count), coalesce(excluded.media_attachments, t.media_attachments),
  coalesce(excluded.tags, t.tags), coalesce(excluded.mentions, t.mentions), coalesce(excluded.visibility, t.visibility),
  coalesce(excluded.sensitive, t.sensitive), coalesce(excluded.in_reply_to_id, t.in_reply_to_id),
  coalesce(excluded.trend_rank, t.trend_rank), coalesce(excluded.trend_score, t.trend_score), excluded.collected_at
)
returning (xmax = 0) as inserted
