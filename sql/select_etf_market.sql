-- Price, change and volume of each exchange-traded fund that was ever traded. $1: the instant up to which bars count;
-- $2, $3: opening and last print of the latest session; $4, $5: those of the session before it. The newest bar is looked for
-- since $4 first, and the previous close in its session first, because each month of bars has an index of its own.
select
  c.symbol, c.name, newest.close as current_price, newest.close_at as as_of, prior.close as previous_close,
  newest.close - prior.close as change_amount,
  pg_catalog.round((newest.close - prior.close) / prior.close * 100::numeric, 2) as change_percentage,
  coalesce(traded.volume, 0) as volume, coalesce(traded.volume_24h, 0) as volume_24h
from etf_basic_info c
left join lateral (
  select b.close, b.close_at from trade_bars b
  where b.asset_class = 'etf' and b.symbol = c.symbol and b.minute >= $4::timestamptz and b.minute <= $1::timestamptz
  order by b.minute desc limit 1
) recent on true
left join lateral (
  select b.close, b.close_at from trade_bars b
  where recent.close is null and b.asset_class = 'etf' and b.symbol = c.symbol and b.minute < $4::timestamptz
  order by b.minute desc limit 1
) older on true
cross join lateral (
  select coalesce(recent.close, older.close) as close, coalesce(recent.close_at, older.close_at) as close_at
) newest
left join lateral (
  select b.close from trade_bars b
  where b.asset_class = 'etf' and b.symbol = c.symbol and b.minute >= $4::timestamptz and b.minute < $5::timestamptz
  order by b.minute desc limit 1
) prior_session on true
left join lateral (
  select b.close from trade_bars b
  where prior_session.close is null and b.asset_class = 'etf' and b.symbol = c.symbol and b.minute < $4::timestamptz
  order by b.minute desc limit 1
) prior_older on true
cross join lateral (select coalesce(prior_session.close, prior_older.close) as close) prior
left join (
  select
    b.symbol,
    sum(b.volume) filter (where b.minute >= $2::timestamptz and b.minute < $3::timestamptz) as volume,
    sum(b.volume) filter (where b.minute > $1::timestamptz - interval '24 hours') as volume_24h
  from trade_bars b
  where b.asset_class = 'etf'
    and b.minute > least($2::timestamptz, $1::timestamptz - interval '24 hours') - interval '1 minute'
    and b.minute <= $1::timestamptz
  group by b.symbol
) traded on traded.symbol = c.symbol
where newest.close is not null
order by c.symbol
