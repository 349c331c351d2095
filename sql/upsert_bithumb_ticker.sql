-- Append quotes. $1: rows as JSON. A stored quote stays unchanged. (A partitioned table has no xmax to return.)
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
