-- Keep the newest quote of each market and interval: copy the stored one before a quote of a later interval replaces it.
-- A new quote of an interval before that of the stored one is kept as well.
-- $1: the new quotes as JSON, one per market; $2: length of an interval in milliseconds.
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
join jsonb_populate_recordset(null::bithumb_ticker_latest, $1) n on n.market = stored.market
where stored.timestamp_field / $2::bigint < n.timestamp_field / $2::bigint
union all
select
  n.market, n.trade_date, n.trade_time, n.trade_date_kst, n.trade_time_kst, n.trade_timestamp, n.opening_price, n.high_price, n.low_price,
  n.trade_price, n.prev_closing_price, n.change, n.change_price, n.change_rate, n.signed_change_price, n.signed_change_rate, n.trade_volume,
  n.acc_trade_price, n.acc_trade_price_24h, n.acc_trade_volume, n.acc_trade_volume_24h, n.highest_52_week_price, n.highest_52_week_date,
  n.lowest_52_week_price, n.lowest_52_week_date, n.timestamp_field, n.quoted_at, n.source
from bithumb_ticker_latest stored
join jsonb_populate_recordset(null::bithumb_ticker_latest, $1) n on n.market = stored.market
where n.timestamp_field / $2::bigint < stored.timestamp_field / $2::bigint
on conflict (market, timestamp_field, quoted_at) do nothing
