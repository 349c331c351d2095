-- News around reports in the two sections that the consumer knows; news of the report day itself stay out.
create or replace view sp500_earnings_news_compat as
select id, calendar_id, source_table, title, url, summary, content, source, published_at, news_section, days_from_earnings, fetched_at, created_at
from sp500_earnings_news
where news_section in ('forecast', 'reaction');
comment on view sp500_earnings_news_compat is 'sp500_earnings_news, sections forecast and reaction';
