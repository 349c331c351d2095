-- Every won market of Bithumb and every known pair, with the coins it could be and the prices to compare.
-- $1: lists as JSON: pairs (symbol, coingecko_id, korean_name, formerly, note) and overrides (market_code, coingecko_id, note).
-- An override of an unknown market has no symbol, so that the mapper can report it.
with pairs as (
  select pg_catalog.upper(p.symbol) as symbol, p.coingecko_id, nullif(p.formerly, '') as formerly, nullif(p.note, '') as note, p.korean_name
  from pg_catalog.jsonb_to_recordset($1::jsonb -> 'pairs'::text) as p (symbol text, coingecko_id text, korean_name text, formerly text, note text)
), overrides as (
  -- If a market has two lines, the later one counts.
  select distinct on (pg_catalog.upper(o.line ->> 'market_code'::text))
         pg_catalog.upper(o.line ->> 'market_code'::text) as market_code, nullif(o.line ->> 'coingecko_id'::text, '') as coingecko_id, nullif(o.line ->> 'note'::text, '') as note
  from pg_catalog.jsonb_array_elements($1::jsonb -> 'overrides'::text) with ordinality as o (line, position)
  order by pg_catalog.upper(o.line ->> 'market_code'::text), o.position desc
), markets as (
  select market_code, base as symbol, korean_name, english_name, delisted_at is null as is_listed
  from market_code_bithumb
  where quote = 'KRW'
), named as (
  select coalesce(m.market_code, 'KRW-' || p.symbol) as market_code, coalesce(m.symbol, p.symbol) as symbol,
         coalesce(m.korean_name, nullif(p.korean_name, '')) as korean_name, m.english_name, coalesce(m.is_listed, false) as is_listed,
         p.coingecko_id as pair_id, p.formerly as pair_formerly, p.note as pair_note
  from markets m
  full join pairs p on p.symbol = m.symbol
), rate as (
  -- Won per dollar by the stablecoin, so that the common premium of all coins cancels out.
  select coalesce(
    (select t.trade_price / c.current_price_usd
     from bithumb_ticker_latest t join coingecko_id_mapping c on c.coingecko_id = 'tether'
     where t.market = 'KRW-USDT' and c.current_price_usd is not null),
    (select pg_catalog.percentile_cont(0.5) within group (order by t.trade_price / c.current_price_usd)::numeric
     from pairs p join bithumb_ticker_latest t on t.market = 'KRW-' || p.symbol
     join coingecko_id_mapping c on c.coingecko_id = p.coingecko_id
     where c.current_price_usd is not null and c.market_cap_rank <= 200)
  ) as krw_per_usd
), possible as (
  select n.market_code, c.coingecko_id from named n join coingecko_id_mapping c on pg_catalog.upper(c.symbol) = n.symbol
  union
  select n.market_code, c.coingecko_id from named n join coingecko_id_mapping c on pg_catalog.lower(c.name) = pg_catalog.lower(n.english_name)
  union
  select market_code, pair_id from named where pair_id is not null
  union
  select market_code, coingecko_id from overrides where coingecko_id is not null
), coins as (
  select k.market_code,
         pg_catalog.json_agg(pg_catalog.json_build_object(
           'coingecko_id', c.coingecko_id, 'symbol', c.symbol, 'name', c.name, 'market_cap_rank', c.market_cap_rank,
           'price_usd', c.current_price_usd::text, 'last_updated', c.last_updated)
         order by c.market_cap_rank nulls last, c.coingecko_id)::text as coins
  from possible k
  join coingecko_id_mapping c on c.coingecko_id = k.coingecko_id
  group by k.market_code
)
select coalesce(n.market_code, o.market_code) as market_code, n.symbol, n.korean_name, n.english_name, coalesce(n.is_listed, false) as is_listed,
       n.pair_id, n.pair_formerly, n.pair_note, o.market_code is not null as is_overridden, o.coingecko_id as override_id, o.note as override_note,
       t.trade_price::text as krw_price, t.quoted_at, r.krw_per_usd::text as krw_per_usd, coalesce(k.coins, '[]') as coins
from named n
full join overrides o on o.market_code = n.market_code
cross join rate r
left join coins k on k.market_code = coalesce(n.market_code, o.market_code)
left join bithumb_ticker_latest t on t.market = coalesce(n.market_code, o.market_code)
order by 1
