-- The newest sound quote of each coin on each exchange: with a price and a volume, neither anomalous nor stale, of the last
-- two days that there are; of several pairs the one with the largest volume. The premium views start from here.
create or replace view coin_exchange_quotes as
select distinct on (coingecko_id, exchange_id) coingecko_id, symbol, market_code, coin_name, exchange_id, exchange_name, base, target,
  converted_last_usd, converted_volume_usd, bid_ask_spread_percentage, market_cap_rank, timestamp
from coingecko_tickers_bithumb_matched
where timestamp > (select max(timestamp) - interval '2 days' from coingecko_tickers_bithumb_matched)
  and converted_last_usd > 0 and converted_volume_usd > 0 and is_anomaly is not true and is_stale is not true
order by coingecko_id, exchange_id, date_trunc('hour', timestamp) desc, converted_volume_usd desc;
comment on view coin_exchange_quotes is 'Newest sound quote per coin and exchange, USD';
