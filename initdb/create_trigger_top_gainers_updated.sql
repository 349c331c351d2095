-- One notification per new batch of movers: per statement, not per row.
create or replace trigger top_gainers_updated
  after insert on top_gainers
  referencing new table as new_rows
  for each statement execute function notify_top_gainers_updated();
