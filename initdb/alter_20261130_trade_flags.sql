-- Trades that are kept, but left out of bars and caches.
alter table sp500_websocket_trades add column if not exists flag text check (flag in ('conditions', 'outlier'));
alter table finnhub_trades add column if not exists flag text check (flag in ('conditions', 'outlier'));
alter table etf_realtime_prices add column if not exists flag text check (flag in ('conditions', 'outlier'));
comment on column sp500_websocket_trades.flag is 'the reason why bars and caches leave the trade out: its conditions, or a price far from recent ones; null: a regular trade';
comment on column finnhub_trades.flag is 'the reason why bars and caches leave the trade out: its conditions, or a price far from recent ones; null: a regular trade';
comment on column etf_realtime_prices.flag is 'the reason why bars and caches leave the trade out: its conditions, or a price far from recent ones; null: a regular trade';
comment on column sp500_websocket_trades.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
comment on column finnhub_trades.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
comment on column etf_realtime_prices.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
