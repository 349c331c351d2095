-- The newest regular trade of a symbol, also after hours in which all of its trades are flagged.
create index if not exists sp500_websocket_trades_regular on sp500_websocket_trades (symbol, timestamp_ms desc) where flag is null;
create index if not exists finnhub_trades_regular on finnhub_trades (symbol, timestamp_ms desc) where flag is null;
create index if not exists etf_realtime_prices_regular on etf_realtime_prices (symbol, timestamp_ms desc) where flag is null;
comment on column sp500_websocket_trades.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
comment on column finnhub_trades.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
comment on column etf_realtime_prices.trade_conditions is 'the provider''s condition codes, as it sends them; null where the frame has none; flag is made of them';
