-- The largest 200 coins with their profile and their newest Bithumb quote; joined through the mapping, never by ticker.
create or replace view coin_details_with_quotes as
select c.market_cap_rank, c.coingecko_id, c.symbol, c.name, c.current_price_usd, c.market_cap_usd, d.categories, d.genesis_date, d.homepage_url,
  b.market_code, q.trade_price as bithumb_price_krw, q.signed_change_rate * 100 as bithumb_change_pct, q.acc_trade_price_24h as bithumb_turnover_24h_krw, q.quoted_at
from coingecko_id_mapping c
join bithumb_coingecko_mapping b on b.coingecko_id = c.coingecko_id and b.status = 'verified'
left join coingecko_coin_details d on d.coingecko_id = c.coingecko_id
left join bithumb_ticker_latest q on q.market = b.market_code
where c.market_cap_rank <= 200 and b.market_code like 'KRW-%'
order by c.market_cap_rank, c.coingecko_id;
comment on view coin_details_with_quotes is 'Coins of rank up to 200 with profile and newest KRW quote';
