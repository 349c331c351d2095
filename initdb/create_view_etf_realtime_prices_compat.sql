-- Trades for a consumer that takes the newest by created_at: here created_at is the instant of the trade.
create or replace view etf_realtime_prices_compat as
select id, symbol, price, volume, timestamp_ms, trade_conditions, traded_at as created_at, created_at as ingested_at
from etf_realtime_prices;
comment on view etf_realtime_prices_compat is 'etf_realtime_prices with the instant of the trade as created_at';
