-- Upsert index members as the list names them. $1: rows as JSON. A company that returns is a member again; columns that other jobs fill stay.
insert into sp500_companies (
  symbol, company_name, gics_sector, gics_sub_industry, headquarters, date_added, cik, founded, symbol_yahoo, symbol_alphavantage,
  symbol_sec, symbol_finnhub, is_member, first_seen, removed_at
)
select
  symbol, company_name, gics_sector, gics_sub_industry, headquarters, date_added, cik, founded, symbol_yahoo, symbol_alphavantage,
  symbol_sec, symbol_finnhub, is_member, first_seen, removed_at
from jsonb_populate_recordset(null::sp500_companies, $1)
on conflict (symbol) do update
set company_name = excluded.company_name,
    gics_sector = coalesce(excluded.gics_sector, sp500_companies.gics_sector),
    gics_sub_industry = coalesce(excluded.gics_sub_industry, sp500_companies.gics_sub_industry),
    headquarters = coalesce(excluded.headquarters, sp500_companies.headquarters),
    date_added = coalesce(excluded.date_added, sp500_companies.date_added),
    cik = coalesce(excluded.cik, sp500_companies.cik),
    founded = coalesce(excluded.founded, sp500_companies.founded),
    symbol_yahoo = excluded.symbol_yahoo,
    symbol_alphavantage = excluded.symbol_alphavantage,
    symbol_sec = excluded.symbol_sec,
    symbol_finnhub = excluded.symbol_finnhub,
    is_member = excluded.is_member,
    removed_at = excluded.removed_at,
    updated_at = now()
where (
  sp500_companies.company_name, sp500_companies.gics_sector, sp500_companies.gics_sub_industry, sp500_companies.headquarters,
  sp500_companies.date_added, sp500_companies.cik, sp500_companies.founded, sp500_companies.symbol_yahoo,
  sp500_companies.symbol_alphavantage, sp500_companies.symbol_sec, sp500_companies.symbol_finnhub, sp500_companies.is_member,
  sp500_companies.removed_at
) is distinct from (
  excluded.company_name, coalesce(excluded.gics_sector, sp500_companies.gics_sector),
  coalesce(excluded.gics_sub_industry, sp500_companies.gics_sub_industry),
  coalesce(excluded.headquarters, sp500_companies.headquarters), coalesce(excluded.date_added, sp500_companies.date_added),
  coalesce(excluded.cik, sp500_companies.cik), coalesce(excluded.founded, sp500_companies.founded), excluded.symbol_yahoo,
  excluded.symbol_alphavantage, excluded.symbol_sec, excluded.symbol_finnhub, excluded.is_member, excluded.removed_at
)
returning (xmax = 0) as inserted
