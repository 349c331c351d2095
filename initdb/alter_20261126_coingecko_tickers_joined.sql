-- What Bithumb says of a coin, beside its quotes: Korean name, won price, and the day's change.
alter table coingecko_tickers_bithumb_matched
  add column if not exists korean_name text check (korean_name <> ''),
  add column if not exists bithumb_price_krw numeric check (bithumb_price_krw > 0 and bithumb_price_krw < 1e100),
  add column if not exists bithumb_quoted_at timestamptz check (bithumb_quoted_at >= '2009-01-03Z' and bithumb_quoted_at < '2200-01-01Z'),
  add column if not exists price_change_percentage_24h numeric check (abs(price_change_percentage_24h) < 1e100);
comment on column coingecko_tickers_bithumb_matched.korean_name is 'name of the coin at Bithumb';
comment on column coingecko_tickers_bithumb_matched.bithumb_price_krw is 'newest won price at Bithumb when the quote was first collected';
comment on column coingecko_tickers_bithumb_matched.bithumb_quoted_at is 'instant of bithumb_price_krw';
comment on column coingecko_tickers_bithumb_matched.price_change_percentage_24h is 'percent in USD over 24 hours, by coingecko_id_mapping when the quote was first collected';
