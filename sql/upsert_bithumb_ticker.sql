-- Append quotes, and the newest stored ones that they replace. $1: rows as JSON. A stored quote stays unchanged. (A
-- partitioned table has no xmax to return.)
with replaced as (
  -- The newest quote of a stream, which has no row here until a quote of a later interval comes.
  insert into bithumb_ticker (
    market, trade_date, trade_time, trade_date_kst, trade_time_kst, trade_timestamp, opening_price, high_price, low_price,
    trade_price, prev_closing_price, change, change_price, change_rate, signed_change_price, signed_change_rate, trade_volume,
    acc_trade_price, acc_trade_price_24h, acc_trade_volume, acc_trade_volume_24h, highest_52_week_price, highest_52_week_date,
    lowest_52_week_price, lowest_52_week_date, timestamp_field, quoted_at, source
  )
  select
    stored.market, stored.trade_date, stored.trade_time, stored.trade_date_kst, stored.trade_time_kst, stored.trade_timestamp, stored.opening_price, stored.high_price, stored.low_price,
    stored.trade_price, stored.prev_closing_price, stored.change, stored.change_price, stored.change_rate, stored.signed_change_price, stored.signed_change_rate, stored.trade_volume,
    stored.acc_trade_price, stored.acc_trade_price_24h, stored.acc_trade_volume, stored.acc_trade_volume_24h, stored.highest_52_week_price, stored.highest_52_week_date,
    stored.lowest_52_week_price, stored.lowest_52_week_date, stored.timestamp_field, stored.quoted_at, stored.source
  from bithumb_ticker_latest stored
  join jsonb_populate_recordset(null::bithumb_ticker, $1) n
    on n.market = stored.market and stored.timestamp_field < n.timestamp_field
  on conflict (market, timestamp_field, quoted_at) do nothing
)
insert into bithumb_ticker (
  market, trade_date, trade_time, trade_date_kst, trade_time_kst, trade_timestamp, opening_price, high_price, low_price,
  trade_price, prev_closing_price, change, change_price, change_rate, signed_change_price, signed_change_rate, trade_volume,
  acc_trade_price, acc_trade_price_24h, acc_trade_volume, acc_trade_volume_24h, highest_52_week_price, highest_52_week_date,
  lowest_52_week_price, lowest_52_week_date, timestamp_field, quoted_at, source
)
select
  market, trade_date, trade_time, trade_date_kst, trade_time_kst, trade_timestamp, opening_price, high_price, low_price,
  trade_price, prev_closing_price, change, change_price, change_rate, signed_change_price, signed_change_rate, trade_volume,
  acc_trade_price, acc_trade_price_24h, acc_trade_volume, acc_trade_volume_24h, highest_52_week_price, highest_52_week_date,
  lowest_52_week_price, lowest_52_week_date, timestamp_field, quoted_at, source
from jsonb_populate_recordset(null::bithumb_ticker, $1)
on conflict (market, timestamp_field, quoted_at) do nothing
returning true as inserted
