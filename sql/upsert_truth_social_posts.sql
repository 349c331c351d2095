-- Upsert Truth Social posts. $1: rows as JSON. Values that an answer omits stay; an older answer changes nothing.
-- collected_at is the instant at which the stored values were first seen.
insert into truth_social_posts as p (
  id, created_at, username, account_id, display_name, verified, content, clean_content, language, replies_count, reblogs_count,
  favourites_count, upvotes_count, downvotes_count, url, uri, has_media, media_count, media_attachments, tags, mentions, has_tags,
  has_mentions, card_url, card_title, card_description, card_image, visibility, sensitive, spoiler_text, in_reply_to_id, quote_id, kind,
  reblog_of_id, quote_of_id, poll, account_type, market_influence, collected_at
)
select
  id, created_at, username, account_id, display_name, verified, content, clean_content, language, replies_count, reblogs_count,
  favourites_count, upvotes_count, downvotes_count, url, uri, has_media, media_count, media_attachments, tags, mentions, has_tags,
  has_mentions, card_url, card_title, card_description, card_image, visibility, sensitive, spoiler_text, in_reply_to_id, quote_id, kind,
  reblog_of_id, quote_of_id, poll, account_type, market_influence, collected_at
from jsonb_populate_recordset(null::truth_social_posts, $1)
on conflict (id) do update
set created_at = excluded.created_at,
    username = excluded.username,
    account_id = excluded.account_id,
    display_name = coalesce(excluded.display_name, p.display_name),
    verified = coalesce(excluded.verified, p.verified),
    content = excluded.content,
    clean_content = excluded.clean_content,
    language = coalesce(excluded.language, p.language),
    replies_count = coalesce(excluded.replies_count, p.replies_count),
    reblogs_count = coalesce(excluded.reblogs_count, p.reblogs_count),
    favourites_count = coalesce(excluded.favourites_count, p.favourites_count),
    upvotes_count = coalesce(excluded.upvotes_count, p.upvotes_count),
    downvotes_count = coalesce(excluded.downvotes_count, p.downvotes_count),
    url = coalesce(excluded.url, p.url),
    uri = coalesce(excluded.uri, p.uri),
    has_media = coalesce(excluded.has_media, p.has_media),
    media_count = coalesce(excluded.media_count, p.media_count),
    media_attachments = coalesce(excluded.media_attachments, p.media_attachments),
    tags = coalesce(excluded.tags, p.tags),
    mentions = coalesce(excluded.mentions, p.mentions),
    has_tags = coalesce(excluded.has_tags, p.has_tags),
    has_mentions = coalesce(excluded.has_mentions, p.has_mentions),
    card_url = coalesce(excluded.card_url, p.card_url),
    card_title = coalesce(excluded.card_title, p.card_title),
    card_description = coalesce(excluded.card_description, p.card_description),
    card_image = coalesce(excluded.card_image, p.card_image),
    visibility = coalesce(excluded.visibility, p.visibility),
    sensitive = coalesce(excluded.sensitive, p.sensitive),
    spoiler_text = coalesce(excluded.spoiler_text, p.spoiler_text),
    in_reply_to_id = coalesce(excluded.in_reply_to_id, p.in_reply_to_id),
    quote_id = coalesce(excluded.quote_id, p.quote_id),
    kind = excluded.kind,
    reblog_of_id = coalesce(excluded.reblog_of_id, p.reblog_of_id),
    quote_of_id = coalesce(excluded.quote_of_id, p.quote_of_id),
    poll = coalesce(excluded.poll, p.poll),
    account_type = coalesce(excluded.account_type, p.account_type),
    market_influence = coalesce(excluded.market_influence, p.market_influence),
    collected_at = excluded.collected_at,
    updated_at = now()
where coalesce(excluded.collected_at >= p.collected_at, true) and (
  p.created_at, p.username, p.account_id, p.display_name, p.verified, p.content, p.clean_content, p.language, p.replies_count,
  p.reblogs_count, p.favourites_count, p.upvotes_count, p.downvotes_count, p.url, p.uri, p.has_media, p.media_count, p.media_attachments,
  p.tags, p.mentions, p.has_tags, p.has_mentions, p.card_url, p.card_title, p.card_description, p.card_image, p.visibility, p.sensitive,
  p.spoiler_text, p.in_reply_to_id, p.quote_id, p.kind, p.reblog_of_id, p.quote_of_id, p.poll, p.account_type, p.market_influence
) is distinct from (
  excluded.created_at, excluded.username, excluded.account_id, coalesce(excluded.display_name, p.display_name),
  coalesce(excluded.verified, p.verified), excluded.content, excluded.clean_content, coalesce(excluded.language, p.language),
  coalesce(excluded.replies_count, p.replies_count), coalesce(excluded.reblogs_count, p.reblogs_count),
  coalesce(excluded.favourites_count, p.favourites_count), coalesce(excluded.upvotes_count, p.upvotes_count),
  coalesce(excluded.downvotes_count, p.downvotes_count), coalesce(excluded.url, p.url), coalesce(excluded.uri, p.uri),
  coalesce(excluded.has_media, p.has_media), coalesce(excluded.media_count, p.media_count),
  coalesce(excluded.media_attachments, p.media_attachments), coalesce(excluded.tags, p.tags), coalesce(excluded.mentions, p.mentions),
  coalesce(excluded.has_tags, p.has_tags), coalesce(excluded.has_mentions, p.has_mentions), coalesce(excluded.card_url, p.card_url),
  coalesce(excluded.card_title, p.card_title), coalesce(excluded.card_description, p.card_description),
  coalesce(excluded.card_image, p.card_image), coalesce(excluded.visibility, p.visibility), coalesce(excluded.sensitive, p.sensitive),
  coalesce(excluded.spoiler_text, p.spoiler_text), coalesce(excluded.in_reply_to_id, p.in_reply_to_id),
  coalesce(excluded.quote_id, p.quote_id), excluded.kind, coalesce(excluded.reblog_of_id, p.reblog_of_id),
  coalesce(excluded.quote_of_id, p.quote_of_id), coalesce(excluded.poll, p.poll), coalesce(excluded.account_type, p.account_type),
  coalesce(excluded.market_influence, p.market_influence)
)
returning (xmax = 0) as inserted
