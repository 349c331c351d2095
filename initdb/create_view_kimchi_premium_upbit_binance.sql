-- Korea premium per coin by the second definition: Upbit against Binance.
create or replace view kimchi_premium_upbit_binance as
select u.coingecko_id, u.symbol, u.coin_name, u.market_cap_rank, u.converted_last_usd as upbit_price_usd, b.converted_last_usd as binance_price_usd,
  u.converted_volume_usd as upbit_volume_usd, b.converted_volume_usd as binance_volume_usd, u.timestamp as upbit_at, b.timestamp as binance_at,
  (u.converted_last_usd - b.converted_last_usd) / b.converted_last_usd * 100 as premium_pct
from coin_exchange_quotes u
join coin_exchange_quotes b using (coingecko_id)
where u.exchange_id = 'upbit' and b.exchange_id = 'binance'
order by u.market_cap_rank nulls last, u.coingecko_id;
comment on view kimchi_premium_upbit_binance is 'Korea premium per coin in percent, Upbit against Binance';
