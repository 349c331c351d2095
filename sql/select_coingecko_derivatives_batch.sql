-- The one target of the derivatives: the batch of the firing. $1: the occasion as JSON, of which firing (ISO instant) names the batch.
select 'derivatives' as target, to_char(($1::jsonb ->> 'firing')::timestamptz at time zone 'UTC', 'YYYYMMDD_HH24MISS') as batch_id
