/** One row per table that it must accept, with every checked column filled, and what else it must accept or refuse. */
export type Row = Readonly<Record<string, unknown>>

export interface Sample {
  good: Row
  /** Changes to the good row that are legal, however odd: [what it is, the change]. */
  legal?: readonly (readonly [string, Row])[]
  /** Changes that must be refused; the refusal must name the first column of the change, or match the pattern. */
  hostile?: readonly (readonly [string, Row, RegExp?])[]
}

const at = '2026-11-20T14:30:00Z'
const ms = Date.parse(at)
const trade = {symbol: 'AAPL', trade_id: 'f1-0', price: '164.0601', volume: '5', timestamp_ms: ms, traded_at: at, trade_conditions: ['1', '12'], source: 'finnhub'}
const tradeCases: Pick<Sample, 'legal' | 'hostile'> = {
  legal: [
    ['a fraction of a share', {volume: '0.000004'}], ['no condition codes', {trade_conditions: null}], ['a symbol of another venue', {symbol: 'BINANCE:BTCUSDT'}],
    ['a class share', {symbol: 'BRK.B'}], ['milliseconds', {timestamp_ms: ms + 1, traded_at: '2026-11-20T14:30:00.001Z'}],
  ],
  hostile: [
    ['a price of zero', {price: '0'}], ['a negative price', {price: '-1'}], ['a negative size', {volume: '-5'}], ['an instant that is not the other', {traded_at: '2026-11-20T14:30:01Z'}],
    ['no identity', {trade_id: ''}], ['a lower-case symbol', {symbol: 'aapl'}], ['a symbol of a thousand letters', {symbol: 'A'.repeat(1000)}], ['an escape in the symbol', {symbol: 'A\u001b[31m'}],
  ],
}
const quote = {
  market: 'KRW-BTC', trade_date: '20260730', trade_time: '074855', trade_date_kst: '20260730', trade_time_kst: '164855', trade_timestamp: ms, opening_price: '92112000',
  high_price: '92770000', low_price: '90904000', trade_price: '91196000', prev_closing_price: '92144000', change: 'FALL', change_price: '948000', change_rate: '0.01028824',
  signed_change_price: '-948000', signed_change_rate: '-0.01028824', trade_volume: '0.00021931', acc_trade_price: '19834795209.4663', acc_trade_price_24h: '27002534842.65972',
  acc_trade_volume: '216.56322055', acc_trade_volume_24h: '294.09163804', highest_52_week_price: '179734000', highest_52_week_date: '2025-10-09', lowest_52_week_price: '81110000',
  lowest_52_week_date: '2026-02-06', timestamp_field: ms, quoted_at: at, source: 'bithumb',
}
const quoteCases: Pick<Sample, 'legal' | 'hostile'> = {
  legal: [['a market in BTC at one satoshi', {market: 'BTC-XRP', trade_price: '1e-8'}], ['no trade today', {trade_volume: '0', acc_trade_volume: '0', change: 'EVEN', change_rate: '0'}]],
  hostile: [
    ['a price of zero', {trade_price: '0'}], ['no price', {trade_price: null}], ['another direction', {change: 'UP'}], ['times nine hours apart', {quoted_at: '2026-11-20T23:30:00Z'}],
    ['microseconds for milliseconds', {timestamp_field: `${ms}000`}], ['a lower-case market', {market: 'krw-btc'}], ['a negative turnover', {acc_trade_price: '-1'}],
  ],
}
const snapshot = {symbol: 'SPY', snapshot_time: at, current_price: '670.01', previous_close: '668', change_amount: '2.01', change_percentage: '0.3', volume: '1', volume_24h: '2', market_state: 'open', as_of: at}
const url = 'https://example.com/a?b=c'
const longUrl = `https://example.com/${'x'.repeat(6000)}`
const urlCases = {
  legal: [['an address of 6,000 characters', {url: longUrl}], ['letters of any script', {url: 'https://example.com/관세\\ü'}]],
  hostile: [['a script for an address', {url: 'javascript:alert(1)'}], ['no address', {url: ''}], ['an escape in the address', {url: 'https://example.com/\u001b]0;x'}]],
} satisfies Pick<Sample, 'legal' | 'hostile'>
const series = (id: string, column: string, value: string, interval: string, more: Row = {}): Sample => ({
  good: {series_id: id, date: '2026-10-01', [column]: value, interval_type: interval, unit: 'percent', name: 'n', realtime_start: '2026-11-13', ...more},
  legal: [['not published yet', {[column]: null}], ['the first day FRED knows', {date: '1776-07-04'}], ['padded digits', {[column]: '4.6900000000'}]],
  hostile: [['another interval', {interval_type: 'hourly'}], ['no date', {date: null}], ['no series', {series_id: ''}]],
})
const coin = {coingecko_id: 'bitcoin', symbol: 'BTC', name: 'Bitcoin', market_cap_rank: 1, market_cap_usd: '815292625876', ath_usd: '69045', ath_date: at, atl_usd: '67.81', atl_date: at,
  circulating_supply: '18921275.0', total_supply: '21000000', max_supply: '21000000', current_price_usd: '42981', total_volume_usd: '34510847569'}
const status = {
  id: '109901674260251212', created_at: at, username: 'Kash', account_id: '107826559359582068', content: '<p>a</p>', replies_count: 325, reblogs_count: 1028, favourites_count: 1944,
  upvotes_count: 1944, downvotes_count: 0, media_count: 0, media_attachments: [], tags: [{name: 'FWK'}], mentions: [], visibility: 'public', in_reply_to_id: null, collected_at: at,
}
const overview = {
  symbol: 'IBM', as_of: '2026-11-20', asset_type: 'Common Stock', name: 'IBM', cik: '0000051143', exchange: 'NYSE', currency: 'USD', country: 'USA', sector: 'TECHNOLOGY', industry: 'IT', fiscal_year_end: 'December',
  latest_quarter: '2026-03-31', market_capitalization: '206116848000', ebitda: '16611000000', pe_ratio: '19.42', dividend_yield: '0.0308', eps: '11.29', revenue_ttm: '68910998000',
  gross_profit_ttm: '40214999000', beta: '0.581', week_52_high: '320.7', shares_outstanding: '939885000', dividend_date: '2026-06-10', ex_dividend_date: '2026-05-08', extra: {SharesFloat: '937921000'},
}

export const samples: Readonly<Record<string, Sample>> = {
  sp500_companies: {
    good: {symbol: 'MMM', company_name: '3M', gics_sector: 'Industrials', date_added: '1957-03-04', cik: '0000066740', founded: '1902', market_cap: '1', employees: 1, symbol_yahoo: 'MMM',
      symbol_alphavantage: 'MMM', symbol_sec: 'MMM', symbol_finnhub: 'MMM', first_seen: '2026-11-20', removed_at: null},
    legal: [['a class share', {symbol: 'BRK.B', symbol_yahoo: 'BRK-B'}], ['two founding years', {founded: '2013 (1888)'}], ['no date added', {date_added: null}], ['a dash in the name', {company_name: 'Brown–Forman'}],
      ['one that left', {is_member: false, removed_at: at}]],
    hostile: [['a CIK without its zeros', {cik: '66740'}], ['a blank name', {company_name: ' \n'}], ['a member that left', {removed_at: at, is_member: true}, /leaver_is_no_member/], ['a line feed in the symbol', {symbol: 'MMM\n'}]],
  },
  sp500_websocket_trades: {good: {...trade, pod_index: 1, pod_name: 'p'}, ...tradeCases},
  etf_realtime_prices: {good: trade, ...tradeCases},
  finnhub_trades: {good: {...trade, category: 'top_gainers'}, ...tradeCases},
  sp500_market_snapshots: {good: snapshot, hostile: [['a state no exchange has', {market_state: 'lunch'}], ['a price of zero', {current_price: '0'}]]},
  etf_market_snapshots: {good: snapshot},
  trade_bars: {
    good: {asset_class: 'equity', symbol: 'AAPL', minute: at, open: '2', high: '3', low: '1', close: '2', volume: '4', turnover: '8', trades: 2},
    legal: [['quotes without a size', {asset_class: 'crypto', symbol: 'KRW-BTC', volume: null, turnover: null}]],
    hostile: [['a high below the close', {high: '1.5'}], ['within a minute', {minute: '2026-11-20T14:30:01Z'}], ['no trade', {trades: 0}]],
  },
  company_overview: {
    good: overview,
    legal: [['a loss', {ebitda: '-5', eps: '-2', profit_margin: '-30.5'}], ['a return above one', {return_on_equity_ttm: '33.44'}], ['growth above 99', {quarterly_earnings_growth_yoy: '179.5'}],
      ['nothing but a name', {cik: null, market_capitalization: null, pe_ratio: null, extra: null}]],
    hostile: [['a market value of zero', {market_capitalization: '0'}], ['a CIK without zeros', {cik: '51143'}], ['no name', {name: ''}], ['a sector of 5,000 letters', {sector: 'S'.repeat(5000)}]],
  },
  company_overview_history: {good: overview},
  balance_sheet: {
    good: {symbol: 'IBM', fiscal_date_ending: '2026-03-31', period: 'quarterly', reported_currency: 'USD', total_assets: '1', treasury_stock: '1', fetched_at: at},
    legal: [['negative accumulated depreciation', {accumulated_depreciation_amortization_ppe: '-22000000000'}], ['negative treasury stock', {treasury_stock: '-169000000000'}],
      ['negative equity', {total_shareholder_equity: '-1'}], ['not reported', {total_assets: null}], ['the annual row of the same day', {period: 'annual'}]],
    hostile: [['another period', {period: 'monthly'}], ['negative assets', {total_assets: '-1'}]],
  },
  earnings_calendar: {
    good: {symbol: 'AAPL', company_name: 'Apple', report_date: '2026-11-20', fiscal_date_ending: '2026-09-30', estimate: '1.5', currency: 'USD', time_of_day: 'amc', fetched_at: at, superseded_at: null},
    legal: [['a preferred share', {symbol: 'BAC-PB'}], ['no estimate', {estimate: null}], ['a loss', {estimate: '-0.31'}], ['tenge', {currency: 'KZT'}], ['no fiscal period', {fiscal_date_ending: null}]],
    hostile: [['no report date', {report_date: null}], ['another time of day', {time_of_day: 'noon'}], ['currency in lower case', {currency: 'usd'}]],
  },
  sp500_earnings_calendar: {
    good: {symbol: 'AAPL', company_name: 'Apple', report_date: '2026-11-20', estimate: '1', eps_actual: '1', fiscal_date_ending: '2026-09-30', gics_sector: 'x'},
    hostile: [['another status', {status: 'guessed'}], ['a negative count', {total_news_count: -1}]],
  },
  sp500_earnings_news: {
    good: {calendar_id: 1001, source_table: 'market_news', source_tables: ['market_news'], title: 't', url, published_at: at, news_section: 'reaction', days_from_earnings: 1, match_score: '0.5', fetched_at: at},
    legal: urlCases.legal,
    hostile: [...urlCases.hostile, ['another section', {news_section: 'rumour'}], ['a report that is not there', {calendar_id: 1002}], ['a table of no news', {source_table: 'cpi'}]],
  },
  top_gainers: {
    good: {batch_id: 1, category: 'top_gainers', symbol: 'ELPW', rank_position: 1, price: '0.95', change_amount: '-0.99', change_percentage: '-51.0309', volume: '9633227', last_updated: at},
    legal: [['a right', {symbol: 'CELG^'}], ['a warrant', {symbol: 'OPFI+'}], ['17,900 percent', {change_percentage: '17900.0'}], ['a fifth of a cent', {price: '0.002'}]],
    hostile: [['another category', {category: 'losers'}], ['rank zero', {rank_position: 0}], ['a percent sign', {change_percentage: '70.8%'}, /invalid input syntax/]],
  },
  etf_basic_info: {
    good: {symbol: 'XYZ', name: 'A fund', category: 'x', popularity_rank: 1, expense_ratio: '0.0009', aum: '1', inception_date: '1993-01-22', dividend_yield: '0.01', nav: '1', beta: '1'},
    hostile: [['percent for a fraction', {expense_ratio: '9'}]],
  },
  etf_profile_holdings: {
    good: {symbol: 'QQQ', as_of: '2026-11-20', net_assets: '440300000000', net_expense_ratio: '0.0018', portfolio_turnover: null, dividend_yield: '0.0044', inception_date: '1999-03-10', leveraged: false,
      sectors: [], holdings: [{symbol: 'n/a', description: 'CASH', weight: '0.0009'}], collected_at: at},
    legal: [['a turnover above 99', {portfolio_turnover: '141.5'}], ['no assets stated', {net_assets: null}]],
    hostile: [['an empty profile', {net_assets: null, holdings: []}, /is_a_profile/], ['nothing at all', {holdings: null, net_assets: null}, /is_a_profile/]],
  },
  etf_profile_holdings_history: {good: {symbol: 'QQQ', as_of: '2026-11-20', net_assets: '1', inception_date: '1999-03-10', sectors: [], collected_at: at}},
  etf_holdings: {
    good: {etf_symbol: 'QQQ', as_of: '2026-11-20', holding: 'NVDA', symbol: 'NVDA', description: 'NVIDIA CORP', weight: '0.0892'},
    legal: [['cash, borrowed', {holding: 'CASH', symbol: null, weight: '-0.2'}], ['a future', {holding: 'E-MINI NASDAQ 100 FUTURE JUNE 26', symbol: null}]],
    hostile: [['no key', {holding: ''}]],
  },
  ipo_calendar: {
    good: {symbol: 'NEWCO', company_name: 'Error Information Inc', ipo_date: '2026-12-01', price_range_low: '10', price_range_high: '12', currency: 'USD', exchange: 'NYSE', fetched_at: at},
    legal: [['a unit', {symbol: 'NEWCO/U'}], ['no price yet', {price_range_low: null, price_range_high: null}]],
    hostile: [['a price of zero', {price_range_low: '0'}], ['a range upside down', {price_range_low: '20'}, /price_range/]],
  },
  ipo_calendar_history: {good: {symbol: 'NEWCO', ipo_date: '2026-12-01', first_seen_at: at, last_seen_at: at}},
  email_subscriptions: {
    good: {email: 'a@example.com', scope: 'SP500', verified_at: at, agreed_at: at, verification_expires_at: at},
    hostile: [['no address', {email: 'nobody'}], ['capitals', {email: 'A@example.com'}], ['a header smuggled in', {email: 'a@example.com\nBcc:b@example.com'}], ['another scope', {scope: 'DAX'}]],
  },
  market_code_bithumb: {
    good: {market_code: 'KRW-BTC', quote: 'KRW', base: 'BTC', korean_name: '비트코인', english_name: 'Bitcoin', market_warning: 'NONE', delisted_at: null},
    legal: [['asked without details', {market_warning: null}], ['a name of digits', {market_code: 'KRW-1INCH', base: '1INCH'}]],
    hostile: [['a code of other parts', {market_code: 'KRW-ETH'}], ['another warning', {market_warning: 'PANIC'}], ['a blank name', {korean_name: ' '}]],
  },
  bithumb_ticker: {good: quote, ...quoteCases},
  bithumb_ticker_latest: {good: quote, ...quoteCases},
  coingecko_id_mapping: {
    good: {...coin, image_url: 'missing_large.png', market_cap_rank_with_rehypothecated: 1, last_updated: at},
    legal: [['a price of 1e-18', {current_price_usd: '1e-18'}], ['a supply of two to the 256th', {total_supply: '115792089237316195423570985008687907853269984665640564039457584007913129639935'}],
      ['a wrapped coin', {market_cap_rank: null}], ['unknown everything', {current_price_usd: null, market_cap_usd: null, max_supply: null}], ['a blank within the id', {coingecko_id: '1move token'}], ['blanks in the ticker', {symbol: 'BONK 2.0'}], ['another script', {symbol: '雞'}]],
    hostile: [['a price of zero', {current_price_usd: '0'}], ['a value of zero', {market_cap_usd: '0'}], ['a lower-case ticker', {symbol: 'btc'}], ['no ticker', {symbol: ''}], ['a blank ticker', {symbol: '\u3000 '}],
      ['rank zero', {market_cap_rank: 0}], ['a number beyond any', {market_cap_usd: '1e309'}], ['a negative supply', {max_supply: '-1'}]],
  },
  bithumb_coingecko_mapping: {
    good: {market_code: 'KRW-BTC', symbol: 'BTC', coingecko_id: 'bitcoin', status: 'verified', match_method: 'pairs', match_score: '98.5', market_cap_rank: 1, name_similarity: '1', price_gap_pct: '-0.7',
      krw_per_usd: '1390', price_compared_at: at, verified_at: at, candidates: []},
    legal: [['no coin', {status: 'unmatched', coingecko_id: null}]],
    hostile: [['a match without a coin', {status: 'suspicious', coingecko_id: null}, /matched_has_coin/], ['another status', {status: 'sure'}], ['a similarity of 2', {name_similarity: '2'}], ['a score of 101', {match_score: '101'}]],
  },
  coingecko_tickers_bithumb_matched: {
    good: {coingecko_id: 'bitcoin', exchange_id: 'gdax', base: 'BTC', target: 'USDT', timestamp: at, market_code: 'KRW-BTC', symbol: 'BTC', exchange_name: 'Coinbase', last_price: '76894.07', volume_24h: '13786',
      converted_last_usd: '76856', converted_volume_usd: '1059536991', trust_score: null, bid_ask_spread_percentage: '0.010013', last_traded_at: at, last_fetch_at: at, coin_mcap_usd: '1', market_cap_rank: 1},
    legal: [['a volume above the old ceiling', {converted_volume_usd: '9999999999999'}], ['a contract for a base', {base: '0X2260FAC5E5542A773AA44FBCFEDF7C193BC2C599'}], ['only the answer is known', {market_code: null, symbol: null}]],
    hostile: [['a price of zero', {last_price: '0'}], ['another trust', {trust_score: 'blue'}], ['no instant', {timestamp: null}, /timestamp|no partition/]],
  },
  coingecko_coin_details: {
    good: {...coin, genesis_date: '2009-01-03', github_repos: {github: []}, categories: ['Layer 1', null], current_price_krw: '1', coingecko_last_updated: at, twitter_followers: 89429, forks: 29056},
    legal: [['trillions of percent', {atl_change_percentage: '7300000000000.5'}], ['no market', {current_price_usd: null, market_cap_usd: null}]],
    hostile: [['a price of zero', {current_price_usd: '0'}], ['stars below zero', {stars: -1}], ['followers beyond an integer', {twitter_followers: 3_000_000_000}, /out of range/]],
  },
  coingecko_derivatives: {
    good: {batch_id: '20261120_143000', market: 'Binance (Futures)', symbol: 'BTCUSDT', index_id: 'BTC', contract_type: 'perpetual', expired_at: null, price: '77034.8', index_price: '76691', basis: '-0.13',
      spread: '0.01', funding_rate: '0.0043', open_interest_usd: '7497508223.83', volume_24h_usd: '9623150393', last_traded_at: at, collected_at: at},
    legal: [['a dated future', {contract_type: 'futures', expired_at: '2026-12-25T08:00:00Z', expiry: '2026-12-25T08:00:00Z'}], ['no funding', {funding_rate: null}], ['a basis of -600 percent', {basis: '-600'}]],
    hostile: [['another contract', {contract_type: 'option'}], ['another label', {batch_id: 'today'}], ['an expiry that is not its own', {expired_at: '2026-12-25T08:00:00Z', expiry: 'infinity'}, /expiry_is_expired_at/], ['a lower-case underlying', {index_id: 'btc'}]],
  },
  coingecko_global_market_data: {
    good: {coingecko_updated_at: at, collected_at: at, markets: 1476, total_market_cap_usd: '2621040321355.0405', btc_dominance: '57.95', market_cap_change_percentage_24h_usd: '-1.6',
      market_cap_percentage_json: {btc: '57.95'}, total_market_cap_json: {}, total_volume_json: {}},
    legal: [['a coin outside the top list', {ada_dominance: null}]],
    hostile: [['a dominance of 101', {btc_dominance: '101'}], ['a market worth nothing', {total_market_cap_usd: '0'}], ['no instant', {coingecko_updated_at: null}]],
  },
  earnings_news_finnhub: {good: {symbol: 'AAPL', report_date: '2026-11-20', url, published_at: at, source: 'x', fetched_at: at}, ...urlCases},
  company_news: {good: {symbol: 'AAPL', url, published_at: at, source: 'Yahoo', title: 't', fetched_at: at}, ...urlCases},
  market_news: {
    good: {url, source: 'CNBC', title: 't', published_at: at, fetched_at: at}, legal: urlCases.legal,
    hostile: [...urlCases.hostile, ['a withdrawn article', {title: '[Removed]'}], ['a withdrawn source', {source: '[Removed]'}], ['the epoch for a date', {published_at: '1970-01-01T00:00:00Z'}], ['a source of 5,000 letters', {source: 's'.repeat(5000)}]],
  },
  market_news_finnhub: {
    good: {category: 'general', news_id: 4167848, datetime: at, url, source: 'CNBC', fetched_at: at},
    legal: [['nothing but a headline', {url: null, headline: 'h'}]],
    hostile: [['the category of the item', {category: 'top news'}], ['id zero', {news_id: 0}], ['the epoch for a date', {datetime: '1970-01-01T00:00:00Z'}]],
  },
  market_news_sentiment: {
    good: {url, batch_id: 5, last_batch_id: 5, title: 't', time_published: at, source: 'Benzinga', overall_sentiment_score: '0.22902', overall_sentiment_label: 'Somewhat-Bullish', ticker_sentiment: [], topics: []},
    legal: [...urlCases.legal, ['only the answer is known', {query_type: null}]],
    hostile: [...urlCases.hostile, ['a score of 2', {overall_sentiment_score: '2'}], ['another label', {overall_sentiment_label: 'Moon'}], ['the key in the parameters', {query_params: 'topics=ipo&apikey=x'}],
      ['found last before first', {last_batch_id: 4}, /batches/]],
  },
  market_news_sentiment_queries: {good: {url, batch_id: 5, query_type: 'energy_general'}},
  truth_social_posts: {
    good: {...status, kind: 'post', poll: null, market_influence: 10, account_type: 'individual'},
    legal: [['media only', {content: '<p></p>', clean_content: ''}], ['an empty body', {content: ''}], ['a reblog', {kind: 'reblog', reblog_of_id: '1'}], ['a poll', {poll: {id: '39131', options: []}}]],
    hostile: [['an id that lost digits', {id: '1.0990167426025121e17'}], ['another kind', {kind: 'story'}], ['a reblog of nothing', {kind: 'reblog'}, /reblog_has_original/], ['a weight of 11', {market_influence: 11}]],
  },
  truth_social_trends: {good: {...status, trend_rank: 1, trend_score: '5'}, hostile: [['rank zero', {trend_rank: 0}]]},
  truth_social_trends_history: {good: {id: '1', collected_at: at, trend_rank: 1, replies_count: 0}},
  truth_social_tags: {
    good: {name: 'Bitcoin', collected_date: '2026-11-20', total_uses: 412, history_data: [], day_0_uses: 412, growth_rate: '6.18', trend_score: '1', weekly_average: '117.6', market_relevance: 5, collected_at: at},
    legal: [['another script', {name: '관세'}], ['growth of 41,200 percent', {growth_rate: '41200'}], ['no uses the day before', {growth_rate: null}]],
    hostile: [['no name', {name: ''}], ['a name of 5,000 letters', {name: 'n'.repeat(5000)}], ['negative uses', {total_uses: -1}]],
  },
  x_posts: {
    good: {tweet_id: '1850000000000000003', author_id: '44196397', text: 'a', created_at: at, lang: 'zxx', source_account: 'elonmusk', collection_source: 'primary', retweet_count: 12, like_count: 140,
      impression_count: '20517', hashtags: [], cashtags: [{tag: 'BTC'}], edit_history_tweet_ids: ['1'], referenced_type: 'quoted', referenced_id: '1', collected_at: at},
    legal: [['no metrics', {retweet_count: null, like_count: null, impression_count: null}], ['only the answer is known', {source_account: null, author_id: null}], ['the most an integer holds', {like_count: 2147483647, reply_count: 2147483647}],
      ['impressions beyond an integer', {impression_count: '5000000000'}], ['a post of 25,000 characters', {text: '글 '.repeat(12500)}]],
    hostile: [['an id that is no number', {tweet_id: 'abc'}], ['another reference', {referenced_type: 'liked'}], ['a reference to nothing', {referenced_id: null}, /reference/], ['before there was X', {created_at: '2000-01-01T00:00:00Z'}]],
  },
  x_posts_history: {good: {tweet_id: '1', observed_at: at, like_count: 1}},
  x_user_profiles: {
    good: {username: 'elonmusk', handle: 'elonmusk', user_id: '44196397', category: 'core_investors', followers_count: '1', last_checked: at},
    legal: [['one that does not exist', {user_id: null, status: 'not_found'}]],
    hostile: [['an @', {username: '@elonmusk', handle: '@elonmusk'}], ['another handle', {handle: 'Elonmusk'}, /handle/], ['active without an id', {user_id: null}, /active_has_id/]],
  },
  post_analysis_cache: {
    good: {post_id: '1', post_source: 'x', post_timestamp: at, author_username: 'a', affected_assets: [], market_data: {}, price_analysis: {}, volume_analysis: {}, next_due: at},
    hostile: [['another source', {post_source: 'mail'}], ['another stage', {stage: '2h'}], ['no author', {author_username: null}]],
  },
  post_keywords: {
    good: {post_id: '1', post_source: 'x', keyword: 'bitcoin', keyword_position: 3, symbol: 'BTC', asset_class: 'crypto'},
    hostile: [['capitals', {keyword: 'Bitcoin'}], ['a negative place', {keyword_position: -1}]],
  },
  cpi: {...series('CPIAUCNS', 'cpi_value', '322.561', 'monthly'), hostile: [['an index of zero', {cpi_value: '0'}], ['another interval', {interval_type: 'hourly'}]]},
  inflation: series('FPCPITOTLZGUSA', 'inflation_rate', '-0.36', 'annual'),
  federal_funds_rate: series('FEDFUNDS', 'rate', '3.88', 'monthly'),
  treasury_yield: series('GS10', 'yield_rate', '4.38', 'monthly', {maturity: '10year'}),
}
