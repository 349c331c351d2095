-- The consumers of the feeds that run, or ran within the last day.
create table if not exists stream_consumers (
  feed          text not null check (feed <> ''),
  consumer      text not null check (consumer <> ''),
  host          text not null check (host <> ''),
  pid           integer not null check (pid > 0),
  started_at    timestamptz not null,
  seen_at       timestamptz not null,
  last_event_at timestamptz,
  rows          bigint not null default 0 check (rows >= 0),
  rows_rate     numeric check (rows_rate >= 0),
  rejected      bigint not null default 0 check (rejected >= 0),
  primary key (consumer, host, pid)
);
comment on table stream_consumers is 'Consumers by their group, host and process';
comment on column stream_consumers.rows_rate is 'rows stored a second, since the update before';
