-- Mark a database on first use. $1: real or simulated. The first mark stays.
insert into fin_world (world) values ($1) on conflict do nothing
