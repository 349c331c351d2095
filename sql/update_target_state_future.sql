-- Forget the attempts and successes that a clock that was ahead recorded, so that their targets are due again. $1: those after it.
-- The cursor stays, because it is a position in the provider's data.
update target_state set last_attempt = null, last_success = null, next_due = null
where last_success > $1::timestamptz or last_attempt > $1::timestamptz
returning target
