-- Movers of the day: gainers, losers, most active. One batch per stamp of the provider.
create table if not exists top_gainers (
  batch_id          bigint not null check (batch_id > 0),
  category          text not null check (category in ('top_gainers', 'top_losers', 'most_actively_traded')),
  symbol            text not null check (symbol !~ '[a-z\u0001-\u0020\u007f-\u00a0]' and length(symbol) between 1 and 40),
  rank_position     integer check (rank_position > 0),
  price             numeric check (price > 0 and price < 1e100),
  change_amount     numeric check (abs(change_amount) < 1e100),
  change_percentage numeric check (abs(change_percentage) < 1e100),
  volume            bigint check (volume >= 0),
  last_updated      timestamptz not null check (last_updated >= '1980-01-01Z' and last_updated < '2200-01-01Z'),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  primary key (batch_id, category, symbol)
);
create index if not exists top_gainers_rank on top_gainers (batch_id, category, rank_position);
create index if not exists top_gainers_symbol on top_gainers (symbol);
create index if not exists top_gainers_last_updated on top_gainers (last_updated desc);
comment on table top_gainers is 'Top gainers, losers and most active symbols; a new batch notifies channel top_gainers_updated';
comment on column top_gainers.symbol is 'also warrants, rights and units (OPFI+, CELG^); one symbol can stand in two categories';
comment on column top_gainers.change_percentage is 'percent, may exceed 10000';
comment on column top_gainers.price is 'USD';
comment on column top_gainers.last_updated is 'stamp of the provider, from US/Eastern wall clock';
comment on column top_gainers.rank_position is '1 is the first of its category';
