-- Who holds the one socket that a key allows, so that two producers never carry the same symbols.
create table if not exists connection_leases (
  provider   text not null check (provider <> ''),
  credential text not null check (credential <> ''),
  feed       text not null check (feed <> ''),
  shard      integer check (shard >= 1),
  host       text not null,
  pid        integer not null,
  since      timestamptz not null,
  until      timestamptz not null check (until > since),
  primary key (provider, credential)
);
comment on table connection_leases is 'One socket per key; a lease that was not renewed until then is free';
comment on column connection_leases.credential is 'label of the key, never the key';
