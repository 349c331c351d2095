-- A generated column cannot be in the key of a row that a collector brings: expiry is now brought, and held to be what it was.
alter table coingecko_derivatives alter column expiry drop expression if exists;
alter table coingecko_derivatives alter column expiry set default 'infinity';
alter table coingecko_derivatives drop constraint if exists coingecko_derivatives_expiry_is_expired_at;
alter table coingecko_derivatives add constraint coingecko_derivatives_expiry_is_expired_at check (expiry = coalesce(expired_at, 'infinity'::timestamptz));
