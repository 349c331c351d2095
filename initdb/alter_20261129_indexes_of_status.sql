-- Indexes by which fin status and fin schedule due find the newest of many rows without reading the others.
create index if not exists job_runs_good_started_at on job_runs (unit, started_at desc)
  where outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected);
create index if not exists job_runs_good_scheduled_at on job_runs (unit, scheduled_at desc nulls last)
  where outcome in ('done', 'unchanged') or (outcome = 'partial' and rows_received > rows_rejected);
create index if not exists bithumb_ticker_newest on bithumb_ticker (quoted_at desc);
create index if not exists coingecko_tickers_bithumb_matched_newest on coingecko_tickers_bithumb_matched (timestamp desc);
create index if not exists company_news_updated_at on company_news (updated_at desc);
-- The new indexes answer what these answered.
drop index if exists bithumb_ticker_quoted_at;
drop index if exists coingecko_tickers_bithumb_matched_timestamp;
