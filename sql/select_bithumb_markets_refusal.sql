-- Refusal of a market list that lacks more than a fifth of the listed markets; no row: it may be stored. $1: rows of the list as JSON.
with listed as (
  select market_code from market_code_bithumb where delisted_at is null
), missing as (
  select market_code from listed
  except
  select market_code from pg_catalog.jsonb_populate_recordset(null::market_code_bithumb, $1)
)
select pg_catalog.format('the market list lacks %s of %s listed markets: more than a fifth, so it is not believed',
              (select pg_catalog.count(*) from missing), (select pg_catalog.count(*) from listed)) as refusal
where (select pg_catalog.count(*)::numeric from missing) > 0.2 * (select pg_catalog.count(*)::numeric from listed)
