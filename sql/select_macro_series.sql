-- Reads the stored macro series, each with the instant from which a value of it is known.
select series_id, least(min(realtime_start + 1)::timestamp at time zone 'America/Chicago', min(collected_at)) as known_from
from macro_vintages
group by series_id
order by series_id
