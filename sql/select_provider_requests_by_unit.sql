-- Requests of a provider by job. $1: provider, $2: window queries as JSON: unit (job), since.
select period.unit, pg_catalog.count(requests.id)::integer as spent
from pg_catalog.jsonb_to_recordset($2::jsonb) as period (unit text, since timestamptz)
left join provider_requests as requests on requests.provider = $1 and requests.unit = period.unit and requests.go_at >= period.since
  and requests.outcome <> 'not sent'
group by period.unit
