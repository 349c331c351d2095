-- Upsert trending tags of Truth Social by day. $1: rows as JSON. Values that an answer omits stay; an older answer
-- changes nothing. collected_at is the instant at which the stored values were first seen.
insert into truth_social_tags as t (
  name, collected_date, url, total_uses, total_accounts, recent_statuses_count, history_data, day_0_uses, day_1_uses, day_2_uses,
  day_3_uses, day_4_uses, day_5_uses, day_6_uses, trend_score, growth_rate, weekly_average, tag_category, market_relevance, collected_at
)
select
  name, collected_date, url, total_uses, total_accounts, recent_statuses_count, history_data, day_0_uses, day_1_uses, day_2_uses,
  day_3_uses, day_4_uses, day_5_uses, day_6_uses, trend_score, growth_rate, weekly_average, tag_category, market_relevance, collected_at
from jsonb_populate_recordset(null::truth_social_tags, $1)
on conflict (name, collected_date) do update
set url = coalesce(excluded.url, t.url),
    total_uses = coalesce(excluded.total_uses, t.total_uses),
    total_accounts = coalesce(excluded.total_accounts, t.total_accounts),
    recent_statuses_count = coalesce(excluded.recent_statuses_count, t.recent_statuses_count),
    history_data = coalesce(excluded.history_data, t.history_data),
    day_0_uses = coalesce(excluded.day_0_uses, t.day_0_uses),
    day_1_uses = coalesce(excluded.day_1_uses, t.day_1_uses),
    day_2_uses = coalesce(excluded.day_2_uses, t.day_2_uses),
    day_3_uses = coalesce(excluded.day_3_uses, t.day_3_uses),
    day_4_uses = coalesce(excluded.day_4_uses, t.day_4_uses),
    day_5_uses = coalesce(excluded.day_5_uses, t.day_5_uses),
    day_6_uses = coalesce(excluded.day_6_uses, t.day_6_uses),
    trend_score = excluded.trend_score,
    growth_rate = excluded.growth_rate,
    weekly_average = excluded.weekly_average,
    tag_category = coalesce(excluded.tag_category, t.tag_category),
    market_relevance = coalesce(excluded.market_relevance, t.market_relevance),
    collected_at = excluded.collected_at,
    updated_at = now()
where coalesce(excluded.collected_at >= t.collected_at, true) and (
  t.url, t.total_uses, t.total_accounts, t.recent_statuses_count, t.history_data, t.day_0_uses, t.day_1_uses, t.day_2_uses, t.day_3_uses,
  t.day_4_uses, t.day_5_uses, t.day_6_uses, t.trend_score, t.growth_rate, t.weekly_average, t.tag_category, t.market_relevance
) is distinct from (
  coalesce(excluded.url, t.url), coalesce(excluded.total_uses, t.total_uses), coalesce(excluded.total_accounts, t.total_accounts),
  coalesce(excluded.recent_statuses_count, t.recent_statuses_count), coalesce(excluded.history_data, t.history_data),
  coalesce(excluded.day_0_uses, t.day_0_uses), coalesce(excluded.day_1_uses, t.day_1_uses), coalesce(excluded.day_2_uses, t.day_2_uses),
  coalesce(excluded.day_3_uses, t.day_3_uses), coalesce(excluded.day_4_uses, t.day_4_uses), coalesce(excluded.day_5_uses, t.day_5_uses),
  coalesce(excluded.day_6_uses, t.day_6_uses), excluded.trend_score, excluded.growth_rate, excluded.weekly_average,
  coalesce(excluded.tag_category, t.tag_category), coalesce(excluded.market_relevance, t.market_relevance)
)
returning (xmax = 0) as inserted
