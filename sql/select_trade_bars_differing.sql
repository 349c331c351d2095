-- Bars that the stored trades and quotes of a range give, and that trade_bars lacks or holds differently. Candles of a
-- provider (trades is null) are not compared.
-- $1: begin, $2: end, both whole minutes; $3: symbols, null for all.
-- compared: the number of bars that were compared. fate: inserted, updated or deleted; null if all bars agree.
with made as materialized (
  select * from bars_of_range($1::timestamptz, $2::timestamptz, $3::text[])
), differing as (
  select made.*, case when made.trades = 0 then 'deleted' when stored.open is null then 'inserted' else 'updated' end as fate
  from made
  left join trade_bars as stored using (asset_class, symbol, minute)
  where (stored.open is null or stored.trades is not null) and case when made.trades = 0 then stored.trades is not null else (
    made.open, made.high, made.low, made.close, made.volume, made.turnover, made.trades, made.open_at, made.close_at
  ) is distinct from (
    stored.open, stored.high, stored.low, stored.close, stored.volume, stored.turnover, stored.trades, stored.open_at, stored.close_at
  ) end
)
select counted.compared, differing.*
from (select count(*) filter (where trades > 0) as compared from made) as counted
left join differing on true
order by differing.asset_class, differing.symbol, differing.minute
