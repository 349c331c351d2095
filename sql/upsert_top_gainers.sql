-- Append movers. $1: rows as JSON. A stored batch stays unchanged, so that an answer with the same time writes nothing.
insert into top_gainers (
  batch_id, category, symbol, rank_position, price, change_amount, change_percentage, volume, last_updated
)
select
  batch_id, category, symbol, rank_position, price, change_amount, change_percentage, volume, last_updated
from jsonb_populate_recordset(null::top_gainers, $1)
on conflict (batch_id, category, symbol) do nothing
returning true as inserted
