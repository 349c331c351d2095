-- Holdings of a fund on a day, one row each.
create table if not exists etf_holdings (
  etf_symbol  text not null check (etf_symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(etf_symbol) between 1 and 40),
  as_of       date not null check (as_of between '1900-01-01' and '2199-12-31'),
  holding     text not null check (holding !~ '[\u0001-\u001f\u007f-\u009f]' and length(holding) between 1 and 255),
  symbol      text check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  description text,
  weight      numeric check (weight between -100 and 100),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (etf_symbol, as_of, holding)
);
create index if not exists etf_holdings_symbol on etf_holdings (symbol, as_of desc);
comment on table etf_holdings is 'Fund holdings by day';
comment on column etf_holdings.holding is 'key within the fund: the ticker, or the description where the answer has none (cash, futures, foreign shares)';
comment on column etf_holdings.symbol is 'ticker; null for cash, futures and foreign shares without one';
comment on column etf_holdings.weight is 'fraction of the fund; negative for shorts and borrowed cash';
