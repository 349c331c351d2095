-- One row per provider. A transaction that makes a reservation locks the row of its provider until it ends.
create table if not exists provider_locks (
  provider text primary key check (provider <> '')
);
comment on table provider_locks is 'Rows to lock, one per provider: its reservations are made one at a time';
