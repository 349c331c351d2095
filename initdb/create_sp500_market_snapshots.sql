-- Price, change and volume per index member at an instant; partitioned by month.
create table if not exists sp500_market_snapshots (
  symbol            text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  snapshot_time     timestamptz not null check (snapshot_time >= '1970-01-01Z' and snapshot_time < '2200-01-01Z'),
  company_name      text,
  current_price     numeric check (current_price > 0 and current_price < 1e100),
  previous_close    numeric check (previous_close > 0 and previous_close < 1e100),
  change_amount     numeric check (abs(change_amount) < 1e100),
  change_percentage numeric check (abs(change_percentage) < 1e100),
  volume            numeric check (volume >= 0 and volume < 1e100),
  volume_24h        numeric check (volume_24h >= 0 and volume_24h < 1e100),
  market_state      text check (market_state in ('pre-market', 'open', 'after-hours', 'closed')),
  is_stale          boolean not null default false,
  as_of             timestamptz check (as_of >= '1970-01-01Z' and as_of < '2200-01-01Z'),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  primary key (symbol, snapshot_time)
) partition by range (snapshot_time);
create table if not exists sp500_market_snapshots_default partition of sp500_market_snapshots default;
create index if not exists sp500_market_snapshots_snapshot_time on sp500_market_snapshots (snapshot_time desc);
comment on table sp500_market_snapshots is 'Periodic snapshots of S&P 500 members';
comment on column sp500_market_snapshots.current_price is 'USD';
comment on column sp500_market_snapshots.change_amount is 'USD against previous_close';
comment on column sp500_market_snapshots.change_percentage is 'percent: 3.12 is 3.12 percent';
comment on column sp500_market_snapshots.volume is 'shares traded in the session';
comment on column sp500_market_snapshots.volume_24h is 'shares traded in the trailing 24 hours';
comment on column sp500_market_snapshots.as_of is 'instant of the newest trade behind current_price';
comment on column sp500_market_snapshots.is_stale is 'no trade for longer than the session explains';
comment on column sp500_market_snapshots.previous_close is 'last trade of the regular session before, USD';
