-- Dates that were expected for a listing.
create table if not exists ipo_calendar_history (
  symbol        text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  ipo_date      date not null check (ipo_date between '1900-01-01' and '2199-12-31'),
  first_seen_at timestamptz not null check (first_seen_at >= '1970-01-01Z' and first_seen_at < '2200-01-01Z'),
  last_seen_at  timestamptz not null check (last_seen_at >= '1970-01-01Z' and last_seen_at < '2200-01-01Z'),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  primary key (symbol, ipo_date),
  constraint ipo_calendar_history_last_seen_at_is_later check (last_seen_at >= first_seen_at)
);
comment on table ipo_calendar_history is 'Every date the calendar ever named for a listing';
