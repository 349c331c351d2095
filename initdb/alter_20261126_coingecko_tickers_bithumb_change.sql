-- The day's change as Bithumb itself says it: price_change_percentage_24h is CoinGecko's, in USD.
alter table coingecko_tickers_bithumb_matched add column if not exists bithumb_change_pct numeric check (abs(bithumb_change_pct) < 1e100);
comment on column coingecko_tickers_bithumb_matched.bithumb_change_pct is
  'percent in KRW at Bithumb against its previous close (00:00 KST), at bithumb_quoted_at; kept as it was when the quote was first collected';
