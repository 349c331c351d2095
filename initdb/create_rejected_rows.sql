-- What could not be stored, with its reason, so that nothing is lost and a later fix can try again.
create table if not exists rejected_rows (
  id          bigint generated always as identity primary key,
  run_id      bigint,
  unit        text not null,
  source      text,
  target      text,
  kind        text not null check (kind in ('row', 'item', 'body')),
  table_name  text,
  row_key     text,
  reason      text not null,
  item        text not null,
  received_at timestamptz not null,
  rejected_at timestamptz not null,
  settled_at  timestamptz,
  settled_by  text check (settled_by in ('replayed', 'superseded', 'dismissed')),
  check ((settled_at is null) = (settled_by is null))
);
create index if not exists rejected_rows_open on rejected_rows (unit, rejected_at desc) where settled_at is null;
comment on table rejected_rows is 'Rows, items and whole answers that were set aside; fin runs --rejected shows them, fin replay tries again';
comment on column rejected_rows.kind is 'row: refused by the table; item: refused by the parse function; body: an answer that cannot be parsed at all';
comment on column rejected_rows.item is 'JSON text (text, not jsonb: it may hold what jsonb refuses); of a body its first megabyte';
comment on column rejected_rows.row_key is 'natural key as JSON, for kind row: a later good row with this key settles it';
