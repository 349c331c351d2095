-- Drop the reservations with an instant in the future. $1: the latest valid instant.
delete from provider_requests where counts_until > $1::timestamptz or go_at > $1::timestamptz returning id
