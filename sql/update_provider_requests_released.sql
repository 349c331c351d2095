-- Release an unused reservation, so that it counts nothing. $1: id, $2: the instant.
update provider_requests set outcome = 'not sent', finished_at = $2 where id = $1 and outcome = 'reserved'
