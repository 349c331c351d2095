-- Reports of index members as the consumer knows them: without dates that moved away.
create or replace view sp500_earnings_calendar_compat as
select id, symbol, company_name, report_date, fiscal_date_ending, estimate, currency, gics_sector, gics_sub_industry, headquarters,
  event_type, event_title, event_description, total_news_count, forecast_news_count, reaction_news_count, created_at, updated_at
from sp500_earnings_calendar
where status <> 'moved';
comment on view sp500_earnings_calendar_compat is 'sp500_earnings_calendar without moved reports';
