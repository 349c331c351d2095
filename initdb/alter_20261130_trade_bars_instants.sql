-- The instants of the first and the last trade of a bar: a late trade changes open or close only if it is outside them.
alter table trade_bars add column if not exists open_at timestamptz;
alter table trade_bars add column if not exists close_at timestamptz;
update trade_bars set open_at = minute, close_at = minute where open_at is null;
alter table trade_bars alter column open_at set not null;
alter table trade_bars alter column close_at set not null;
comment on column trade_bars.open_at is 'instant of the trade that gives open';
comment on column trade_bars.close_at is 'instant of the trade that gives close';
