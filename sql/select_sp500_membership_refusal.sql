-- Refusal of a table of changes that lacks more than a fifth of the current periods that it stated before; no row: it may be stored.
-- $1: periods as JSON.
with stated as (
  select symbol, period_number from sp500_membership where known_to is null and source <> 'members'
), missing as (
  select symbol, period_number from stated
  except
  select symbol, period_number from pg_catalog.jsonb_populate_recordset(null::sp500_membership, $1) where source <> 'members'
)
select pg_catalog.format('the table of changes lacks %s of %s periods that it stated before: more than a fifth, so it is not believed',
              (select pg_catalog.count(*) from missing), (select pg_catalog.count(*) from stated)) as refusal
where (select pg_catalog.count(*)::numeric from missing) > 0.2 * (select pg_catalog.count(*)::numeric from stated)
