-- Upsert X posts. $1: rows as JSON. Values that an answer omits stay. collected_at is the instant at which the stored values were first seen.
insert into x_posts as p (
  tweet_id, author_id, text, created_at, lang, source_account, account_category, collection_source, retweet_count, reply_count, like_count,
  quote_count, bookmark_count, impression_count, hashtags, mentions, urls, cashtags, annotations, context_annotations, username,
  display_name, user_verified, user_followers_count, user_following_count, user_tweet_count, edit_history_tweet_ids, referenced_type,
  referenced_id, referenced_text, collected_at
)
select
  tweet_id, author_id, text, created_at, lang, source_account, account_category, collection_source, retweet_count, reply_count, like_count,
  quote_count, bookmark_count, impression_count, hashtags, mentions, urls, cashtags, annotations, context_annotations, username,
  display_name, user_verified, user_followers_count, user_following_count, user_tweet_count, edit_history_tweet_ids, referenced_type,
  referenced_id, referenced_text, collected_at
from jsonb_populate_recordset(null::x_posts, $1)
on conflict (tweet_id) do update
set author_id = coalesce(excluded.author_id, p.author_id),
    text = excluded.text,
    created_at = excluded.created_at,
    lang = coalesce(excluded.lang, p.lang),
    source_account = coalesce(excluded.source_account, p.source_account),
    account_category = coalesce(excluded.account_category, p.account_category),
    collection_source = coalesce(excluded.collection_source, p.collection_source),
    retweet_count = coalesce(excluded.retweet_count, p.retweet_count),
    reply_count = coalesce(excluded.reply_count, p.reply_count),
    like_count = coalesce(excluded.like_count, p.like_count),
    quote_count = coalesce(excluded.quote_count, p.quote_count),
    bookmark_count = coalesce(excluded.bookmark_count, p.bookmark_count),
    impression_count = coalesce(excluded.impression_count, p.impression_count),
    hashtags = coalesce(excluded.hashtags, p.hashtags),
    mentions = coalesce(excluded.mentions, p.mentions),
    urls = coalesce(excluded.urls, p.urls),
    cashtags = coalesce(excluded.cashtags, p.cashtags),
    annotations = coalesce(excluded.annotations, p.annotations),
    context_annotations = coalesce(excluded.context_annotations, p.context_annotations),
    username = coalesce(excluded.username, p.username),
    display_name = coalesce(excluded.display_name, p.display_name),
    user_verified = coalesce(excluded.user_verified, p.user_verified),
    user_followers_count = coalesce(excluded.user_followers_count, p.user_followers_count),
    user_following_count = coalesce(excluded.user_following_count, p.user_following_count),
    user_tweet_count = coalesce(excluded.user_tweet_count, p.user_tweet_count),
    edit_history_tweet_ids = coalesce(excluded.edit_history_tweet_ids, p.edit_history_tweet_ids),
    referenced_type = coalesce(excluded.referenced_type, p.referenced_type),
    referenced_id = coalesce(excluded.referenced_id, p.referenced_id),
    referenced_text = coalesce(excluded.referenced_text, p.referenced_text),
    collected_at = excluded.collected_at,
    updated_at = now()
where (
  p.author_id, p.text, p.created_at, p.lang, p.source_account, p.account_category, p.collection_source, p.retweet_count, p.reply_count,
  p.like_count, p.quote_count, p.bookmark_count, p.impression_count, p.hashtags, p.mentions, p.urls, p.cashtags, p.annotations,
  p.context_annotations, p.username, p.display_name, p.user_verified, p.user_followers_count, p.user_following_count, p.user_tweet_count,
  p.edit_history_tweet_ids, p.referenced_type, p.referenced_id, p.referenced_text
) is distinct from (
  coalesce(excluded.author_id, p.author_id), excluded.text, excluded.created_at, coalesce(excluded.lang, p.lang),
  coalesce(excluded.source_account, p.source_account), coalesce(excluded.account_category, p.account_category),
  coalesce(excluded.collection_source, p.collection_source), coalesce(excluded.retweet_count, p.retweet_count),
  coalesce(excluded.reply_count, p.reply_count), coalesce(excluded.like_count, p.like_count),
  coalesce(excluded.quote_count, p.quote_count), coalesce(excluded.bookmark_count, p.bookmark_count),
  coalesce(excluded.impression_count, p.impression_count), coalesce(excluded.hashtags, p.hashtags),
  coalesce(excluded.mentions, p.mentions), coalesce(excluded.urls, p.urls), coalesce(excluded.cashtags, p.cashtags),
  coalesce(excluded.annotations, p.annotations), coalesce(excluded.context_annotations, p.context_annotations),
  coalesce(excluded.username, p.username), coalesce(excluded.display_name, p.display_name),
  coalesce(excluded.user_verified, p.user_verified), coalesce(excluded.user_followers_count, p.user_followers_count),
  coalesce(excluded.user_following_count, p.user_following_count), coalesce(excluded.user_tweet_count, p.user_tweet_count),
  coalesce(excluded.edit_history_tweet_ids, p.edit_history_tweet_ids), coalesce(excluded.referenced_type, p.referenced_type),
  coalesce(excluded.referenced_id, p.referenced_id), coalesce(excluded.referenced_text, p.referenced_text)
)
returning (xmax = 0) as inserted
