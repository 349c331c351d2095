-- Which files of initdb were applied here. The first file of all: it records itself.
create table if not exists schema_files (
  name       text primary key,
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz not null default clock_timestamp(),
  version    text not null
);
comment on table schema_files is 'Applied files of initdb with their checksum: each runs once, and an applied file never changes';
comment on column schema_files.version is 'version of fin that applied it';
