-- Trades of one session in the order of time, spread evenly. $1: opening, $2: close, $3: trades, $4: symbols. Every
-- symbol is traded in every minute, if the trades suffice.
insert into sp500_websocket_trades (symbol, trade_id, price, volume, timestamp_ms, traded_at, trade_conditions, source)
select
  ($4::text[])[1 + (n * 7919) % cardinality($4::text[])], 'bench.' || n, (100 + (n % 4000)::numeric / 100), 1 + n % 300,
  t.ms, timestamptz 'epoch' + t.ms * interval '1 ms', '{1,12}', 'bench'
from generate_series(0, $3::bigint - 1) n
cross join lateral (
  select (extract(epoch from $1::timestamptz) * 1000
    + floor(n::numeric * extract(epoch from $2::timestamptz - $1::timestamptz) * 1000 / $3::bigint))::bigint as ms
) t
