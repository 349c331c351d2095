-- The single target of the derivatives: the batch of the scheduled run. $1: target context as JSON {scheduled_at}, the ISO instant of the run.
select 'derivatives' as target, pg_catalog.to_char(($1::jsonb ->> 'scheduled_at'::text)::timestamptz at time zone 'UTC', 'YYYYMMDD_HH24MISS') as batch_id
