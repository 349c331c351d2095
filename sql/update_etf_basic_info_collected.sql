-- Mark the funds whose profile is stored. $1: rows of etf_profile_holdings as JSON, $2: the instant of the answer.
update etf_basic_info f
set alphavantage_collected = true, updated_at = now()
from jsonb_populate_recordset(null::etf_profile_holdings, $1) as answered
where answered.symbol = f.symbol and not f.alphavantage_collected and $2::timestamptz is not null
