-- Trending hashtags per day.
create table if not exists truth_social_tags (
  name                  text not null check (name !~ '[\u0001-\u001f\u007f-\u009f]' and length(name) between 1 and 255),
  collected_date        date not null check (collected_date between '2006-01-01' and '2199-12-31'),
  url                   text,
  total_uses            integer check (total_uses >= 0),
  total_accounts        integer check (total_accounts >= 0),
  recent_statuses_count integer check (recent_statuses_count >= 0),
  history_data          jsonb check (jsonb_typeof(history_data) = 'array'),
  day_0_uses            integer check (day_0_uses >= 0),
  day_1_uses            integer check (day_1_uses >= 0),
  day_2_uses            integer check (day_2_uses >= 0),
  day_3_uses            integer check (day_3_uses >= 0),
  day_4_uses            integer check (day_4_uses >= 0),
  day_5_uses            integer check (day_5_uses >= 0),
  day_6_uses            integer check (day_6_uses >= 0),
  trend_score           numeric check (abs(trend_score) < 1e100),
  growth_rate           numeric check (abs(growth_rate) < 1e100),
  weekly_average        numeric check (weekly_average >= 0 and weekly_average < 1e100),
  tag_category          text check (tag_category <> ''),
  market_relevance      integer check (market_relevance between 0 and 10),
  collected_at          timestamptz check (collected_at >= '1970-01-01Z' and collected_at < '2200-01-01Z'),
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  primary key (name, collected_date)
);
create index if not exists truth_social_tags_uses on truth_social_tags (collected_date, total_uses desc);
create index if not exists truth_social_tags_growth_rate on truth_social_tags (growth_rate);
comment on table truth_social_tags is 'Trending hashtags of Truth Social by day (UTC)';
comment on column truth_social_tags.name is 'without #';
comment on column truth_social_tags.growth_rate is 'percent, day over day, no upper bound; null where there were no uses the day before';
comment on column truth_social_tags.day_0_uses is 'uses on collected_date; day_6_uses six days before';
comment on column truth_social_tags.weekly_average is 'mean uses over seven days';
comment on column truth_social_tags.history_data is 'array of {day, uses, accounts}';
