-- Drop the reservations that a clock that was ahead made. $1: those after it.
delete from provider_requests where counts_until > $1::timestamptz or go_at > $1::timestamptz returning id
