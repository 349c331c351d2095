-- What providers said about a credential, so that the next process knows: it rests until then.
create table if not exists credential_rests (
  provider    text not null check (provider <> ''),
  credential  text not null check (credential <> ''),
  kind        text not null check (kind in ('wait', 'spent', 'stop')),
  since       timestamptz not null,
  until       timestamptz,
  why         text not null,
  fingerprint text,
  primary key (provider, credential)
);
comment on table credential_rests is 'Refused or spent credentials, until the provider''s own reset';
comment on column credential_rests.until is 'null: until a person changes the key';
comment on column credential_rests.fingerprint is 'first 8 hex digits of a digest of the refused key: another key under the same label is tried at once';
