-- Periods of membership in the S&P 500, in every version that Wikipedia has stated.
create table if not exists sp500_membership (
  symbol         text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  period_number  integer not null check (period_number > 0),
  from_date      date check (from_date between '1923-01-01' and '2199-12-31'),
  to_date        date check (to_date between '1923-01-01' and '2199-12-31'),
  is_end_assumed boolean not null,
  company_name   text check (company_name <> ''),
  source         text not null check (source in ('members', 'changes', 'both')),
  flag           text check (flag <> ''),
  known_from     timestamptz not null check (known_from >= '1970-01-01Z' and known_from < '2200-01-01Z'),
  known_to       timestamptz check (known_to >= '1970-01-01Z' and known_to < '2200-01-01Z'),
  seen_at        timestamptz not null check (seen_at >= '1970-01-01Z' and seen_at < '2200-01-01Z'),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  primary key (symbol, period_number, known_from),
  constraint sp500_membership_to_date_is_later check (to_date >= from_date),
  constraint sp500_membership_is_end_assumed_has_a_day check (to_date is not null or not is_end_assumed),
  constraint sp500_membership_known_to_is_later check (known_to > known_from)
);
create unique index if not exists sp500_membership_current_key on sp500_membership (symbol, period_number) where known_to is null;
comment on table sp500_membership is 'Members of the S&P 500, present and past; current versions have known_to null';
comment on column sp500_membership.period_number is 'number of the period of this symbol in the index, earliest first';
comment on column sp500_membership.from_date is 'first day as a member; null: unknown; with a flag "start unknown": the earliest possible day';
comment on column sp500_membership.to_date is 'first day that it was no longer a member; null: still a member; with a flag "end unknown": the latest possible day';
comment on column sp500_membership.is_end_assumed is 'true: no removal is stated; to_date is the day of the first answer whose list of members did not name it';
comment on column sp500_membership.company_name is 'as the row that opened the period names it';
comment on column sp500_membership.source is 'members: the list of members; changes: the table of changes; both';
comment on column sp500_membership.flag is 'doubts: bounds that are unknown, and tables that contradict each other; null: none';
comment on column sp500_membership.known_from is 'instant of the answer that first stated this version';
comment on column sp500_membership.known_to is 'filled by the answer that no longer stated this version: its instant; null: the current version';
comment on column sp500_membership.seen_at is 'instant of the newest answer that stated this version';
