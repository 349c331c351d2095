-- One coin per ticker: the largest. Tickers are shared by many coins; a consumer that looks up a ticker gets this one.
create or replace view coingecko_coin_primary as
select distinct on (upper(symbol)) upper(symbol) as symbol, coingecko_id, name, market_cap_rank, market_cap_usd, current_price_usd, image_url, last_updated
from coingecko_id_mapping
order by upper(symbol), market_cap_rank nulls last, market_cap_usd desc nulls last, coingecko_id;
comment on view coingecko_coin_primary is 'The largest coin of each ticker';
