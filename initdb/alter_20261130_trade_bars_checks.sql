-- The totals of a bar accept the sums of any trades that the tables of trades accept, because a bar must never refuse a trade.
alter table trade_bars drop constraint if exists trade_bars_volume_check;
alter table trade_bars drop constraint if exists trade_bars_turnover_check;
alter table trade_bars add constraint trade_bars_volume_check check (volume >= 0 and volume < 1e110);
alter table trade_bars add constraint trade_bars_turnover_check check (turnover >= 0 and turnover < 1e210);
-- Both instants are in the minute of the bar.
alter table trade_bars drop constraint if exists trade_bars_open_at_close_at;
alter table trade_bars add constraint trade_bars_open_at_close_at
  check (open_at >= minute and close_at >= open_at and date_trunc('minute', close_at, 'UTC') = minute);
