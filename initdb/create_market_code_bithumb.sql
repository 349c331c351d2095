-- Markets of the Bithumb exchange; a delisted one stays, with the instant at which the list no longer named it.
create table if not exists market_code_bithumb (
  market_code    text primary key,
  quote          text not null check (quote ~ '^[A-Z0-9]+$' and length(quote) <= 20),
  base           text not null check (base !~ '[a-z\u0001-\u0020\u007f-\u00a0-]' and length(base) between 1 and 40),
  korean_name    text not null check (korean_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  english_name   text not null check (english_name ~ '[^\u0001-\u0020\u00a0\u3000]'),
  market_warning text check (market_warning in ('NONE', 'CAUTION')),
  delisted_at    timestamptz check (delisted_at between '2009-01-03Z' and '2199-12-31Z'),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint market_code_bithumb_market_code_check check (market_code = quote || '-' || base)
);
create index if not exists market_code_bithumb_listed on market_code_bithumb (quote, base) where delisted_at is null;
comment on table market_code_bithumb is 'Bithumb markets (KRW and BTC), also delisted ones';
comment on column market_code_bithumb.market_code is 'as the exchange writes it: KRW-BTC, the quote currency first';
comment on column market_code_bithumb.quote is 'currency of the price: KRW or BTC';
comment on column market_code_bithumb.base is 'what is traded: the coin''s ticker on this exchange, not unique across exchanges';
comment on column market_code_bithumb.market_warning is 'null where the answer was asked without details';
comment on column market_code_bithumb.delisted_at is 'null while the market list names it';
