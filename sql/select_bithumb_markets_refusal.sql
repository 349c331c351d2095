-- Refusal of a market list that lacks more than a fifth of the listed markets; no row: it may be stored. $1: rows of the list as JSON.
with listed as (
  select market_code from market_code_bithumb where delisted_at is null
), missing as (
  select market_code from listed
  except
  select market_code from jsonb_populate_recordset(null::market_code_bithumb, $1)
)
select format('the market list lacks %s of %s listed markets: more than a fifth, so it is not believed',
              (select count(*) from missing), (select count(*) from listed)) as refusal
where (select count(*) from missing) > 0.2 * (select count(*) from listed)
