-- Upsert Bithumb markets. $1: rows as JSON. A market that is listed again is no longer delisted.
insert into market_code_bithumb (
  market_code, quote, base, korean_name, english_name, market_warning, delisted_at
)
select
  market_code, quote, base, korean_name, english_name, market_warning, delisted_at
from jsonb_populate_recordset(null::market_code_bithumb, $1)
on conflict (market_code) do update
set quote = excluded.quote,
    base = excluded.base,
    korean_name = excluded.korean_name,
    english_name = excluded.english_name,
    market_warning = coalesce(excluded.market_warning, market_code_bithumb.market_warning),
    delisted_at = excluded.delisted_at,
    updated_at = now()
where (
  market_code_bithumb.quote, market_code_bithumb.base, market_code_bithumb.korean_name, market_code_bithumb.english_name,
  market_code_bithumb.market_warning, market_code_bithumb.delisted_at
) is distinct from (
  excluded.quote, excluded.base, excluded.korean_name, excluded.english_name,
  coalesce(excluded.market_warning, market_code_bithumb.market_warning), excluded.delisted_at
)
returning (xmax = 0) as inserted
