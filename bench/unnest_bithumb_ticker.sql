-- The reference statement for the upsert rate: the rows and conflict rule of sql/upsert_bithumb_ticker.sql, with arrays instead of JSON.
insert into bithumb_ticker (
  market, trade_price, signed_change_rate, change, trade_volume, acc_trade_price_24h, acc_trade_volume_24h, timestamp_field, quoted_at, source
)
select * from unnest($1::text[], $2::numeric[], $3::numeric[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[], $8::bigint[], $9::timestamptz[], $10::text[])
on conflict (market, timestamp_field, quoted_at) do nothing
