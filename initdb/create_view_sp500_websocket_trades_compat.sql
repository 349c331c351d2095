-- Trades for a consumer that takes the newest by created_at: here created_at is the instant of the trade.
create or replace view sp500_websocket_trades_compat as
select id, symbol, price, volume, timestamp_ms, trade_conditions, pod_index, pod_name, source, traded_at as created_at, created_at as ingested_at
from sp500_websocket_trades;
comment on view sp500_websocket_trades_compat is 'sp500_websocket_trades with the instant of the trade as created_at';
