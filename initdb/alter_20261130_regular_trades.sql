-- The newest regular trade of a symbol, also after hours in which all of its trades are flagged.
create index if not exists sp500_websocket_trades_regular on sp500_websocket_trades (symbol, timestamp_ms desc) where flag is null;
create index if not exists finnhub_trades_regular on finnhub_trades (symbol, timestamp_ms desc) where flag is null;
create index if not exists etf_realtime_prices_regular on etf_realtime_prices (symbol, timestamp_ms desc) where flag is null;
