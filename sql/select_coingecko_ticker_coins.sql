-- Coins of Bithumb's verified won markets as targets, largest first, with the columns that are joined to their quotes; before them, once a week,
-- the provider's list of exchanges. $1: target context as JSON; its list exchanges (exchange_id) selects the exchanges to request.
with requested as (
  select coalesce(pg_catalog.string_agg(e.line ->> 'exchange_id'::text, ',' order by e.position), '') as exchange_ids
  from pg_catalog.jsonb_array_elements($1::jsonb -> 'exchanges'::text) with ordinality as e (line, position)
), coins as (
  -- Only verified pairs: a wrong pair would compare the won price of one coin with the world price of another.
  select distinct on (b.coingecko_id)
         b.coingecko_id as target, b.market_code, b.symbol, b.match_method, m.korean_name, coalesce(c.name, b.coingecko_name) as coin_name,
         c.market_cap_rank, c.price_change_percentage_24h::text as price_change_percentage_24h, q.trade_price::text as bithumb_price_krw,
         q.quoted_at as bithumb_quoted_at, pg_catalog.trim_scale(q.signed_change_rate * 100::numeric)::text as bithumb_change_pct
  from bithumb_coingecko_mapping b
  left join market_code_bithumb m using (market_code)
  left join coingecko_id_mapping c using (coingecko_id)
  left join bithumb_ticker_latest q on q.market = b.market_code
  where b.status = 'verified' and b.is_active and b.market_code like 'KRW-%'
  order by b.coingecko_id, b.market_code
)
select targets.*, requested.exchange_ids
from (
  select 'exchanges/list' as target, -1 as priority, '7 days' as every, null as market_code, null as symbol, null as match_method, null as korean_name,
         null as coin_name, null::integer as market_cap_rank, null as price_change_percentage_24h, null as bithumb_price_krw, null::timestamptz as bithumb_quoted_at,
         null as bithumb_change_pct
  where exists (select from coins)
  union all
  select target, 0, null, market_code, symbol, match_method, korean_name, coin_name, market_cap_rank, price_change_percentage_24h, bithumb_price_krw, bithumb_quoted_at,
         bithumb_change_pct
  from coins
) as targets
cross join requested
order by priority, market_cap_rank nulls last, target
