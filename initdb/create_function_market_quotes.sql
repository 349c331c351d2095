-- Price, change and volume of symbols by their bars; a symbol without a bar has no row. `until`: the last minute whose
-- bars count. `opens`, `closes`: the opening of the latest session and the end of its closing auction. `prior_opens`,
-- `prior_closes`: those of the session before. The newest bar is looked for since `prior_opens` first, and the previous
-- close in its session first, because each month of bars has an index of its own.
create or replace function market_quotes(
  class text, symbols text[], until timestamptz, opens timestamptz, closes timestamptz, prior_opens timestamptz, prior_closes timestamptz
)
returns table (
  symbol text, current_price numeric, as_of timestamptz, previous_close numeric, change_amount numeric, change_percentage numeric,
  volume numeric, volume_24h numeric
)
language sql stable
begin atomic
select
  s.symbol, newest.close, newest.close_at, prior.close, newest.close - prior.close,
  round((newest.close - prior.close) / prior.close * 100::numeric, 2),
  coalesce(traded.volume, 0), coalesce(traded.volume_24h, 0)
from unnest(symbols) as s (symbol)
left join lateral (
  select b.close, b.close_at from trade_bars b
  where b.asset_class = class and b.symbol = s.symbol and b.minute >= prior_opens and b.minute <= until
  order by b.minute desc limit 1
) recent on true
left join lateral (
  select b.close, b.close_at from trade_bars b
  where recent.close is null and b.asset_class = class and b.symbol = s.symbol and b.minute < prior_opens
  order by b.minute desc limit 1
) older on true
cross join lateral (
  select coalesce(recent.close, older.close) as close, coalesce(recent.close_at, older.close_at) as close_at
) newest
left join lateral (
  select b.close from trade_bars b
  where b.asset_class = class and b.symbol = s.symbol and b.minute >= prior_opens and b.minute < prior_closes
  order by b.minute desc limit 1
) prior_session on true
left join lateral (
  select b.close from trade_bars b
  where prior_session.close is null and b.asset_class = class and b.symbol = s.symbol and b.minute < prior_opens
  order by b.minute desc limit 1
) prior_older on true
cross join lateral (select coalesce(prior_session.close, prior_older.close) as close) prior
left join (
  select
    b.symbol,
    sum(b.volume) filter (where b.minute >= opens and b.minute < closes) as volume,
    sum(b.volume) filter (where b.minute > until - interval '24 hours') as volume_24h
  from trade_bars b
  where b.asset_class = class
    and b.minute > least(opens, until - interval '24 hours') - interval '1 minute'
    and b.minute <= until
  group by b.symbol
) traded on traded.symbol = s.symbol
where newest.close is not null;
end;
comment on function market_quotes(text, text[], timestamptz, timestamptz, timestamptz, timestamptz, timestamptz) is 'Price, change against the previous close, and volumes of symbols, by their one-minute bars';
