-- Subscriptions to the weekly earnings mail, with double opt-in; written by the web API.
create table if not exists email_subscriptions (
  id                      bigint generated always as identity primary key,
  email                   text not null check (email !~ '[A-Z]' and email ~ '^[^@\u0001-\u0020\u007f-\u00a0]+@[^@\u0001-\u0020\u007f-\u00a0]+$' and length(email) <= 320),
  scope                   text not null check (scope in ('SP500', 'NASDAQ')),
  unsubscribe_token       uuid default gen_random_uuid(),
  is_verified             boolean not null default false,
  verification_token      uuid,
  verification_expires_at timestamptz check (verification_expires_at >= '1970-01-01Z' and verification_expires_at < '2200-01-01Z'),
  verified_at             timestamptz check (verified_at >= '1970-01-01Z' and verified_at < '2200-01-01Z'),
  agreed_at               timestamptz check (agreed_at >= '1970-01-01Z' and agreed_at < '2200-01-01Z'),
  is_active               boolean not null default true,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  unique (email, scope)
);
create index if not exists email_subscriptions_recipients on email_subscriptions (scope) where is_active and is_verified;
comment on table email_subscriptions is 'E-mail subscriptions';
comment on column email_subscriptions.email is 'lower case';
comment on column email_subscriptions.unsubscribe_token is 'opaque; in the link of every mail';
