-- Trades and quotes become bars in the statement that stores them. Rows that move to another partition do not pass here,
-- because a statement that names a partition does not run the triggers of its table.
create or replace trigger add_trade_bars
  after insert on sp500_websocket_trades
  referencing new table as added_trades
  for each statement execute function add_trade_bars('equity');
create or replace trigger add_trade_bars
  after insert on finnhub_trades
  referencing new table as added_trades
  for each statement execute function add_trade_bars('mover');
create or replace trigger add_trade_bars
  after insert on etf_realtime_prices
  referencing new table as added_trades
  for each statement execute function add_trade_bars('etf');
create or replace trigger add_quote_bars
  after insert on bithumb_ticker
  referencing new table as added_quotes
  for each statement execute function add_quote_bars();
