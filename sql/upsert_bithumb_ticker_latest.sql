-- Keep the newest quote of each market. $1: rows as JSON. An older quote never replaces a newer one. A column
-- that a row lacks keeps the stored value.
insert into bithumb_ticker_latest (
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
from pg_catalog.jsonb_array_elements($1::jsonb) item,
  pg_catalog.jsonb_populate_record((
    select stored from bithumb_ticker_latest stored where stored.market = item ->> 'market'::text
  ), item)
on conflict (market) do update
set trade_date = excluded.trade_date,
    trade_time = excluded.trade_time,
    trade_date_kst = excluded.trade_date_kst,
    trade_time_kst = excluded.trade_time_kst,
    trade_timestamp = excluded.trade_timestamp,
    opening_price = excluded.opening_price,
    high_price = excluded.high_price,
    low_price = excluded.low_price,
    trade_price = excluded.trade_price,
    prev_closing_price = excluded.prev_closing_price,
    change = excluded.change,
    change_price = excluded.change_price,
    change_rate = excluded.change_rate,
    signed_change_price = excluded.signed_change_price,
    signed_change_rate = excluded.signed_change_rate,
    trade_volume = excluded.trade_volume,
    acc_trade_price = excluded.acc_trade_price,
    acc_trade_price_24h = excluded.acc_trade_price_24h,
    acc_trade_volume = excluded.acc_trade_volume,
    acc_trade_volume_24h = excluded.acc_trade_volume_24h,
    highest_52_week_price = excluded.highest_52_week_price,
    highest_52_week_date = excluded.highest_52_week_date,
    lowest_52_week_price = excluded.lowest_52_week_price,
    lowest_52_week_date = excluded.lowest_52_week_date,
    timestamp_field = excluded.timestamp_field,
    quoted_at = excluded.quoted_at,
    source = excluded.source,
    updated_at = now()
where bithumb_ticker_latest.timestamp_field <= excluded.timestamp_field and (
  bithumb_ticker_latest.trade_date, bithumb_ticker_latest.trade_time, bithumb_ticker_latest.trade_date_kst,
  bithumb_ticker_latest.trade_time_kst, bithumb_ticker_latest.trade_timestamp, bithumb_ticker_latest.opening_price,
  bithumb_ticker_latest.high_price, bithumb_ticker_latest.low_price, bithumb_ticker_latest.trade_price,
  bithumb_ticker_latest.prev_closing_price, bithumb_ticker_latest.change, bithumb_ticker_latest.change_price,
  bithumb_ticker_latest.change_rate, bithumb_ticker_latest.signed_change_price, bithumb_ticker_latest.signed_change_rate,
  bithumb_ticker_latest.trade_volume, bithumb_ticker_latest.acc_trade_price, bithumb_ticker_latest.acc_trade_price_24h,
  bithumb_ticker_latest.acc_trade_volume, bithumb_ticker_latest.acc_trade_volume_24h, bithumb_ticker_latest.highest_52_week_price,
  bithumb_ticker_latest.highest_52_week_date, bithumb_ticker_latest.lowest_52_week_price, bithumb_ticker_latest.lowest_52_week_date,
  bithumb_ticker_latest.timestamp_field, bithumb_ticker_latest.quoted_at, bithumb_ticker_latest.source
) is distinct from (
  excluded.trade_date, excluded.trade_time, excluded.trade_date_kst, excluded.trade_time_kst, excluded.trade_timestamp,
  excluded.opening_price, excluded.high_price, excluded.low_price, excluded.trade_price, excluded.prev_closing_price,
  excluded.change, excluded.change_price, excluded.change_rate, excluded.signed_change_price, excluded.signed_change_rate,
  excluded.trade_volume, excluded.acc_trade_price, excluded.acc_trade_price_24h, excluded.acc_trade_volume,
  excluded.acc_trade_volume_24h, excluded.highest_52_week_price, excluded.highest_52_week_date, excluded.lowest_52_week_price,
  excluded.lowest_52_week_date, excluded.timestamp_field, excluded.quoted_at, excluded.source
)
returning (xmax = 0) as inserted
