-- The quota ledger: one row per request, written before it is sent. Quota only; what is due is in target_state.
create table if not exists provider_requests (
  id          bigint generated always as identity primary key,
  provider    text not null check (provider <> ''),
  credential  text not null check (credential <> ''),
  unit        text not null,
  target      text,
  reserved_at timestamptz not null,
  go_at       timestamptz not null,
  counts_until timestamptz not null,
  finished_at timestamptz,
  posts       numeric not null default 0 check (posts >= 0),
  usd         numeric not null default 0 check (usd >= 0),
  outcome     text not null default 'reserved' check (outcome in ('reserved', 'answered', 'refused', 'failed', 'not sent')),
  status      integer,
  note        text,
  run_id      bigint,
  host        text not null,
  pid         integer not null
);
create index if not exists provider_requests_window on provider_requests (provider, credential, counts_until desc);
create index if not exists provider_requests_unit on provider_requests (provider, unit, go_at desc);
comment on table provider_requests is 'Every request to a provider, reserved before it is sent, so that limits hold across processes and restarts';
comment on column provider_requests.credential is 'label of the key, never the key; keyless where none is used';
comment on column provider_requests.go_at is 'instant from which the request may be sent';
comment on column provider_requests.counts_until is 'latest instant at which the provider can have counted it: the answer''s, or go_at plus a margin while there is none; windows count from here';
comment on column provider_requests.outcome is 'reserved: in flight, or its process died, which counts as spent; not sent: given back, counts nothing';
