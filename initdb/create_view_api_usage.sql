-- What each provider was asked, per credential and UTC day.
create or replace view api_usage as
select provider, credential, (go_at at time zone 'UTC')::date as day,
  count(*) as calls,
  count(*) filter (where outcome = 'answered') as answered,
  count(*) filter (where outcome = 'refused') as limited,
  count(*) filter (where outcome = 'failed') as failed,
  count(*) filter (where outcome = 'reserved') as unanswered,
  sum(posts) as posts,
  sum(usd) as usd
from provider_requests
where outcome <> 'not sent'
group by provider, credential, (go_at at time zone 'UTC')::date;
comment on view api_usage is 'Requests per provider, credential label and UTC day; unanswered: in flight, or its process died';
