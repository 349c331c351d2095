-- The repair of gaps, and bars made from candles of a provider.
alter table stream_gaps add column if not exists repaired_targets text[];
alter table stream_gaps add column if not exists refused_targets text[];
alter table stream_gaps add column if not exists repaired_bars integer not null default 0 check (repaired_bars >= 0);
alter table stream_gaps add column if not exists not_repairable boolean not null default false;
alter table stream_gaps add column if not exists not_repaired_because text check (not_repaired_because <> '');
alter table stream_gaps add column if not exists tried_at timestamptz;
comment on column stream_gaps.tried_at is 'instant at which a run of fin stream repair tried last, without success';
comment on column stream_gaps.repaired_at is 'instant at which the data of every target of the gap was stored; null: the gap is open';
comment on column stream_gaps.repaired_targets is 'targets of which the provider has answered with the data of the gap; null: none';
comment on column stream_gaps.refused_targets is 'targets that the provider does not know; null: none';
comment on column stream_gaps.repaired_bars is 'rows of trade_bars that the repair has stored or found unchanged';
comment on column stream_gaps.not_repairable is 'true: no later run of fin stream repair tries again';
comment on column stream_gaps.not_repaired_because is 'why the gap is still open; null: it is repaired, or no run has looked at it';
alter table trade_bars alter column trades drop not null;
comment on column trade_bars.trades is 'trades (or quotes, for crypto) in this minute; null: not known, because the bar is a candle of the provider';
