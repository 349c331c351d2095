-- Whether a market list must not be stored: it lacks more than a fifth of what was listed. $1: rows of the list as JSON.
with listed as (
  select market_code from market_code_bithumb where delisted_at is null
), gone as (
  select market_code from listed
  except
  select market_code from jsonb_populate_recordset(null::market_code_bithumb, $1)
)
select format('the market list lacks %s of %s listed markets: more than a fifth, so it is not believed',
              (select count(*) from gone), (select count(*) from listed)) as refusal
where (select count(*) from gone) > 0.2 * (select count(*) from listed)
