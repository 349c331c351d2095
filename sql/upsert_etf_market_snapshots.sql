-- Store the snapshots that differ from the newest one before them. $1: rows as JSON. Another run of the same minute
-- replaces its snapshot.
insert into etf_market_snapshots (
  symbol, snapshot_time, etf_name, current_price, previous_close, change_amount, change_percentage, volume, volume_24h,
  market_state, is_stale, as_of
)
select
  r.symbol, r.snapshot_time, r.etf_name, r.current_price, r.previous_close, r.change_amount, r.change_percentage, r.volume,
  r.volume_24h, r.market_state, r.is_stale, r.as_of
from jsonb_populate_recordset(null::etf_market_snapshots, $1) r
where not exists (
  select from (
    select s.*
    from etf_market_snapshots s
    where s.symbol = r.symbol and s.snapshot_time < r.snapshot_time
      and s.snapshot_time > r.snapshot_time - interval '8 days'
    order by s.snapshot_time desc
    limit 1
  ) newest
  where (
    newest.etf_name, newest.current_price, newest.previous_close, newest.change_amount, newest.change_percentage, newest.volume,
    newest.volume_24h, newest.market_state, newest.is_stale, newest.as_of
  ) is not distinct from (
    r.etf_name, r.current_price, r.previous_close, r.change_amount, r.change_percentage, r.volume,
    r.volume_24h, r.market_state, r.is_stale, r.as_of
  )
)
on conflict (symbol, snapshot_time) do update
set etf_name = excluded.etf_name,
    current_price = excluded.current_price,
    previous_close = excluded.previous_close,
    change_amount = excluded.change_amount,
    change_percentage = excluded.change_percentage,
    volume = excluded.volume,
    volume_24h = excluded.volume_24h,
    market_state = excluded.market_state,
    is_stale = excluded.is_stale,
    as_of = excluded.as_of,
    updated_at = now()
where (
  etf_market_snapshots.etf_name, etf_market_snapshots.current_price, etf_market_snapshots.previous_close,
  etf_market_snapshots.change_amount, etf_market_snapshots.change_percentage, etf_market_snapshots.volume,
  etf_market_snapshots.volume_24h, etf_market_snapshots.market_state, etf_market_snapshots.is_stale, etf_market_snapshots.as_of
) is distinct from (
  excluded.etf_name, excluded.current_price, excluded.previous_close, excluded.change_amount, excluded.change_percentage,
  excluded.volume, excluded.volume_24h, excluded.market_state, excluded.is_stale, excluded.as_of
)
returning created_at = updated_at as inserted
