/** The result of each real recording: rows with exact cells, or a refusal with this message. */
import type {AnyCollector} from '../src/lib/define.js'
import {balanceSheet} from '../src/lib/collectors/balance-sheet.js'
import {bithumbMarkets} from '../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../src/lib/collectors/bithumb-tickers.js'
import {coinDetails} from '../src/lib/collectors/coin-details.js'
import {coingeckoDerivatives} from '../src/lib/collectors/coingecko-derivatives.js'
import {coingeckoGlobal} from '../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../src/lib/collectors/coingecko-ids.js'
import {companyOverview} from '../src/lib/collectors/company-overview.js'
import {coingeckoTickers} from '../src/lib/collectors/coingecko-tickers.js'
import {cpi} from '../src/lib/collectors/cpi.js'
import {earningsCalendar} from '../src/lib/collectors/earnings-calendar.js'
import {etfProfile} from '../src/lib/collectors/etf-profile.js'
import {companyNews} from '../src/lib/collectors/company-news.js'
import {earningsNews} from '../src/lib/collectors/earnings-news.js'
import {federalFundsRate} from '../src/lib/collectors/federal-funds-rate.js'
import {inflation} from '../src/lib/collectors/inflation.js'
import {marketNewsFinnhub} from '../src/lib/collectors/market-news-finnhub.js'
import {marketNews} from '../src/lib/collectors/market-news.js'
import {newsSentiment} from '../src/lib/collectors/news-sentiment.js'
import {sp500Companies} from '../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../src/lib/collectors/top-gainers.js'
import {treasuryYield} from '../src/lib/collectors/treasury-yield.js'
import {truthPosts} from '../src/lib/collectors/truth-posts.js'
import {truthTags} from '../src/lib/collectors/truth-tags.js'
import {truthTrends} from '../src/lib/collectors/truth-trends.js'
import {xPosts} from '../src/lib/collectors/x-posts.js'
import {xProfiles} from '../src/lib/collectors/x-profiles.js'

export interface Expected {
  file: string
  collector: AnyCollector
  provider?: string
  target?: string
  rows: number
  /** Exact cells of single rows, by index (negative from the end). */
  cells?: Record<number, Record<string, unknown>>
}

export const good: Expected[] = [
  {
    file: 'fred/observations-cpiaucsl.json',
    collector: cpi,
    target: 'CPIAUCSL',
    rows: 319,
    cells: {
      0: {
        series_id: 'CPIAUCSL',
        date: '2000-01-01',
        cpi_value: '169.3',
        interval_type: 'monthly',
        realtime_start: '2026-08-12',
      },
    },
  },
  {file: 'fred/observations-fedfunds.json', collector: federalFundsRate, rows: 319},
  {
    file: 'fred/observations-dgs10-since-2024.json',
    collector: treasuryYield,
    target: 'DGS10',
    rows: 689,
    cells: {
      0: {date: '2024-01-01', yield_rate: null, maturity: '10year', interval_type: 'daily'},
      1: {date: '2024-01-02', yield_rate: '3.95'},
    },
  },
  {
    file: 'fred/observations-fpcpitotlzgusa-array-only.json',
    collector: inflation,
    rows: 64,
    cells: {
      0: {
        series_id: 'FPCPITOTLZGUSA',
        date: '1960-01-01',
        inflation_rate: '1.45797598627791',
        interval_type: 'annual',
      },
    },
  },
  {
    file: 'alphavantage/cpi-json-shape.json',
    collector: cpi,
    provider: 'alpha-vantage',
    rows: 2,
    cells: {0: {series_id: 'CPIAUCNS', date: '2022-03-01', cpi_value: '287.504'}},
  },
  {
    file: 'alphavantage/cpi-monthly.csv',
    collector: cpi,
    provider: 'alpha-vantage',
    rows: 1360,
    cells: {0: {date: '2026-04-01', cpi_value: '333.020'}},
  },
  {file: 'alphavantage/inflation-json-shape.json', collector: inflation, provider: 'alpha-vantage', rows: 2},
  {
    file: 'alphavantage/inflation.csv',
    collector: inflation,
    provider: 'alpha-vantage',
    rows: 65,
    cells: {0: {date: '2024-01-01', inflation_rate: '2.94952520485207'}},
  },
  {
    file: 'alphavantage/federal-funds-rate-json-shape.json',
    collector: federalFundsRate,
    provider: 'alpha-vantage',
    rows: 2,
  },
  {
    file: 'alphavantage/federal-funds-rate-monthly.csv',
    collector: federalFundsRate,
    provider: 'alpha-vantage',
    rows: 862,
    cells: {0: {date: '2026-04-01', rate: '3.64'}},
  },
  {
    file: 'alphavantage/treasury-yield-json-shape.json',
    collector: treasuryYield,
    provider: 'alpha-vantage',
    rows: 2,
  },
  {
    file: 'alphavantage/treasury-yield-10year-monthly.csv',
    collector: treasuryYield,
    provider: 'alpha-vantage',
    target: '10year',
    rows: 877,
    cells: {0: {series_id: 'GS10', date: '2026-04-01', yield_rate: '4.32', maturity: '10year'}},
  },
  {
    file: 'alphavantage/earnings-calendar-3month.csv',
    collector: earningsCalendar,
    rows: 4522,
    cells: {
      0: {
        symbol: 'ONFO',
        company_name: 'ONFOLIO HOLDINGS INCORPORATED',
        report_date: '2026-05-17',
        fiscal_date_ending: '2026-03-31',
        estimate: null,
        currency: 'USD',
        time_of_day: 'amc',
      },
      1: {symbol: 'OZFRY', company_name: null, time_of_day: 'unknown'},
    },
  },
  {
    file: 'alphavantage/top-gainers-losers.json',
    collector: topGainers,
    rows: 60,
    cells: {
      0: {
        batch_id: '20260515201600',
        category: 'top_gainers',
        symbol: 'DUKRW',
        rank_position: 1,
        price: '1.8',
        change_amount: '1.79',
        change_percentage: '17900.0',
        volume: '166004',
        last_updated: '2026-05-15T20:16:00.000Z',
      },
      10: {symbol: 'CELG^', rank_position: 11},
      20: {category: 'top_losers', symbol: 'ELPW', rank_position: 1, change_percentage: '-51.0309'},
      23: {symbol: 'OPFI+'},
      [-1]: {category: 'most_actively_traded', symbol: 'POET', rank_position: 20},
    },
  },
  {
    file: 'alphavantage/news-sentiment-aapl.json',
    collector: newsSentiment,
    target: 'tue/apple_news',
    rows: 50,
    cells: {
      0: {
        time_published: '2026-05-17T11:01:00.000Z',
        authors: 'Mohd Haider',
        source: 'Benzinga',
        overall_sentiment_score: '0.22902',
        overall_sentiment_label: 'Somewhat-Bullish',
        query_type: 'apple_news',
        batch_id: '20261123',
        topics: [{topic: 'technology', relevance_score: '0.846949'}],
      },
      [-1]: {time_published: '2026-05-15T15:40:35.000Z', overall_sentiment_score: '0.323533'},
    },
  },
  {file: 'alphavantage/earnings-calendar-empty.csv', collector: earningsCalendar, rows: 0},
  {
    file: 'bithumb/market-all-2025-02.json',
    collector: bithumbMarkets,
    rows: 352,
    cells: {0: {market_code: 'KRW-BTC', korean_name: '비트코인', market_warning: null}},
  },
  {
    file: 'bithumb/market-all-details.json',
    collector: bithumbMarkets,
    rows: 3,
    cells: {1: {market_code: 'KRW-ZIL', quote: 'KRW', base: 'ZIL', market_warning: 'CAUTION'}},
  },
  {
    file: 'bithumb/v1-ticker-krw-btc.json',
    collector: bithumbTickers,
    rows: 1,
    cells: {
      0: {
        quoted_at: '2026-07-30T07:48:30.156Z',
        timestamp_field: '1785397710156',
        acc_trade_price_24h: '27001571740.8207',
        signed_change_rate: '-0.0106',
      },
    },
  },
  {
    file: 'coingecko/coins-markets-57.json',
    collector: coingeckoIds,
    rows: 57,
    cells: {0: {coingecko_id: 'bitcoin', symbol: 'BTC', market_cap_usd: '815292625876', atl_usd: '67.81'}},
  },
  {
    file: 'coingecko/coins-markets-2026-rehypothecated.json',
    collector: coingeckoIds,
    rows: 1,
    cells: {0: {circulating_supply: '20030493.0', last_updated: '2026-05-18T12:49:21.599Z'}},
  },
  {
    file: 'coingecko/coins-markets-all-null.json',
    collector: coingeckoIds,
    rows: 2,
    cells: {1: {current_price_usd: null, market_cap_usd: null, market_cap_rank: null, ath_date: null}},
  },
  {file: 'coingecko/coins-markets-bitcoin-2024.json', collector: coingeckoIds, rows: 1},
  {file: 'coingecko/coins-markets-vs-eth.json', collector: coingeckoIds, rows: 2},
  {file: 'coingecko/coins-markets-empty-page.json', collector: coingeckoIds, rows: 0},
  {
    file: 'coingecko/global.json',
    collector: coingeckoGlobal,
    rows: 1,
    cells: {
      0: {
        active_cryptocurrencies: 7362,
        markets: 616,
        total_market_cap_usd: '2142953338976.9612',
        total_market_cap_krw: '2418938989265428.5',
        sol_dominance: null,
      },
    },
  },
  {
    file: 'coingecko/global-2026.json',
    collector: coingeckoGlobal,
    rows: 1,
    cells: {
      0: {
        coingecko_updated_at: '2026-05-27T10:39:11.000Z',
        btc_dominance: '57.9539332566265',
        xrp_dominance: null,
        volume_change_percentage_24h_usd: '33.064521460740046',
      },
    },
  },
  {
    file: 'alphavantage/overview-ibm.json',
    collector: companyOverview,
    target: 'IBM',
    rows: 1,
    cells: {
      0: {
        symbol: 'IBM',
        cik: '0000051143',
        latest_quarter: '2026-03-31',
        market_capitalization: '206116848000',
        return_on_equity_ttm: '0.358',
        week_52_high: '320.7',
        day_200_moving_average: '270.38',
        official_site: 'https://www.ibm.com',
        dividend_date: '2026-06-10',
        extra: {
          AnalystRatingStrongBuy: '1',
          AnalystRatingBuy: '10',
          AnalystRatingHold: '9',
          AnalystRatingSell: '0',
          AnalystRatingStrongSell: '1',
          SharesFloat: '937921000',
          PercentInsiders: '0.117',
          PercentInstitutions: '65.315',
        },
      },
    },
  },
  {
    file: 'alphavantage/balance-sheet-ibm.json',
    collector: balanceSheet,
    target: 'IBM',
    rows: 101,
    cells: {
      0: {
        symbol: 'IBM',
        fiscal_date_ending: '2025-12-31',
        period: 'annual',
        total_assets: '151880000000',
        accumulated_depreciation_amortization_ppe: null,
        total_shareholder_equity: '32648000000',
      },
      20: {period: 'quarterly', fiscal_date_ending: '2026-03-31'},
    },
  },
  {
    file: 'alphavantage/etf-profile-qqq.json',
    collector: etfProfile,
    target: 'QQQ',
    rows: 1,
    cells: {
      0: {
        symbol: 'QQQ',
        net_assets: '440300000000',
        net_expense_ratio: '0.0018',
        portfolio_turnover: null,
        leveraged: false,
        inception_date: '1999-03-10',
      },
    },
  },
  {
    file: 'finnhub/company-news-aapl.json',
    collector: companyNews,
    rows: 120,
    cells: {
      0: {
        symbol: 'AAPL',
        source: 'Yahoo',
        title: 'CDL’s $2.29 annual dividend beats Treasury yields despite rising interest rates',
        published_at: '2026-05-23T16:45:18.000Z',
        content: null,
      },
      [-1]: {
        published_at: '2026-05-20T18:53:52.000Z',
        url: 'https://finnhub.io/api/news?id=12ba0ab1b4bad5a9d8767d266234494320139bbe0b1ed6fed474279c15009247',
      },
    },
  },
  {
    file: 'finnhub/company-news-aapl.json',
    collector: earningsNews,
    target: 'AAPL/2026-07-29',
    rows: 120,
    cells: {
      0: {
        symbol: 'AAPL',
        report_date: '2026-07-29',
        article_id: '140399323',
        category: 'company',
        related: 'AAPL',
      },
    },
  },
  {file: 'finnhub/company-news-empty.json', collector: companyNews, rows: 0},
  {file: 'finnhub/company-news-empty.json', collector: earningsNews, rows: 0},
  {file: 'finnhub/company-news-empty.json', collector: marketNewsFinnhub, target: 'forex', rows: 0},
  {
    file: 'finnhub/news-general.json',
    collector: marketNewsFinnhub,
    target: 'general',
    rows: 4,
    cells: {
      0: {
        category: 'general',
        news_id: '4167848',
        datetime: '2020-05-02T20:10:36.000Z',
        related: null,
        source: 'CNBC',
      },
      1: {
        news_id: '4172069',
        summary:
          'U.S. electric carmaker Tesla Inc\nhas applied for a licence to supply electricity in the United\nKingdom, The Telegraph reported on Saturday.',
      },
      2: {news_id: '4167847', headline: 'Tesla applies to become UK electricity provider - The Telegraph'},
    },
  },
  {
    file: 'wikipedia/sp500-list-2026-05-10.html',
    collector: sp500Companies,
    rows: 503,
    cells: {
      0: {
        symbol: 'MMM',
        company_name: '3M',
        gics_sector: 'Industrials',
        date_added: '1957-03-04',
        cik: '0000066740',
        founded: '1902',
        headquarters: 'Saint Paul, Minnesota',
      },
      [-1]: {symbol: 'ZTS', cik: '0001555280'},
    },
  },
  {
    file: 'newsapi/everything-bitcoin-like.json',
    collector: marketNews,
    rows: 20,
    cells: {
      0: {
        source: 'Cdr.cz',
        author: 'Jáchym Flídr',
        url: 'https://cdr.cz/clanek/mlade-nezajima-zlato-investuji-radeji-do-bitcoinu',
        published_at: '2020-08-09T07:00:00.000Z',
      },
      [-1]: {
        source: 'Bitcoinist',
        title: 'Ethereum May Be Forming a Textbook Top Despite Bounce From $360 Lows',
        published_at: '2020-08-08T21:00:23.000Z',
      },
    },
  },
  {file: 'newsapi/everything-empty.json', collector: marketNews, rows: 0},
  {file: 'newsapi/articles-removed.json', collector: marketNews, rows: 0},
  {
    file: 'coingecko/coin-tickers-bitcoin.json',
    collector: coingeckoTickers,
    rows: 100,
    cells: {
      0: {
        coingecko_id: 'bitcoin',
        exchange_id: 'ftx_us',
        base: 'BTC',
        target: 'USDT',
        timestamp: '2021-05-15T15:49:55.000Z',
        symbol: 'BTC',
        coin_name: 'Bitcoin',
        market_code: null,
        last_price: '48897.0',
        volume_24h: '118.052270895965',
        converted_last_usd: '48771',
        converted_volume_usd: '5757490',
        trust_score: 'green',
        is_anomaly: false,
        is_stale: false,
      },
    },
  },
  {
    file: 'coingecko/coin-tickers-2024-new-fields.json',
    collector: coingeckoTickers,
    target: 'bitcoin',
    rows: 1,
    cells: {
      0: {
        coingecko_id: 'bitcoin',
        exchange_id: 'binance',
        last_fetch_at: '2024-04-08T04:03:00.000Z',
        converted_volume_usd: '1406996874',
        trust_score: 'green',
        coin_mcap_usd: null,
      },
    },
  },
  {
    file: 'coingecko/coin-tickers-2026.json',
    collector: coingeckoTickers,
    target: 'KRW-BTC',
    rows: 1,
    cells: {
      0: {
        coingecko_id: 'bitcoin',
        market_code: 'KRW-BTC',
        last_price: '76894.07',
        trust_score: null,
        coin_mcap_usd: '1544810408447.1313',
        bid_ask_spread_percentage: '0.010013',
      },
    },
  },
  {
    file: 'coingecko/coin-detail-bitcoin.json',
    collector: coinDetails,
    rows: 1,
    cells: {
      0: {
        coingecko_id: 'bitcoin',
        symbol: 'BTC',
        genesis_date: '2009-01-03',
        country_origin: null,
        homepage_url: 'http://www.bitcoin.org',
        telegram_channel_identifier: null,
        current_price_usd: '49007',
        current_price_krw: '55209445',
        market_cap_usd: '916703120772',
        max_supply: '21000000.0',
        atl_change_percentage: '72422.85786',
        ath_date: '2021-04-14T11:54:46.763Z',
        price_change_24h_usd: '-2246.1595940198',
        twitter_followers: 89429,
        reddit_subscribers: 2887559,
        telegram_channel_user_count: null,
        stars: 53470,
        commit_count_4_weeks: 393,
        developer_score: '98.887',
        public_interest_score: '0.0',
        coingecko_last_updated: '2021-05-15T15:58:12.266Z',
      },
    },
  },
  {
    file: 'coingecko/derivatives.json',
    collector: coingeckoDerivatives,
    rows: 310,
    cells: {
      0: {
        market: 'Binance (Futures)',
        symbol: 'BTCUSDT',
        index_id: 'BTC',
        contract_type: 'perpetual',
        price: '43692.79',
        basis: '-0.04339315587652177',
        funding_rate: '0.021023',
        last_traded_at: '2021-05-18T13:58:37.000Z',
        expired_at: null,
      },
    },
  },
  {
    file: 'coingecko/derivatives-2026.json',
    collector: coingeckoDerivatives,
    rows: 2,
    cells: {
      1: {
        symbol: 'ETHUSDT',
        price: '2113.92',
        open_interest_usd: '4563725156.36',
        volume_24h_usd: '7655835901.46112',
        last_traded_at: '2026-05-26T15:03:38.000Z',
      },
    },
  },
  {
    file: 'x/user-tweets-783214.json',
    collector: xPosts,
    target: 'Twitter',
    rows: 2,
    cells: {
      0: {
        tweet_id: '1577730467436138524',
        source_account: 'Twitter',
        created_at: '2022-10-05T18:40:30.908Z',
        like_count: null,
        impression_count: null,
        author_id: null,
      },
      1: {tweet_id: '1565318587736285184', edit_history_tweet_ids: ['1565318587736285184']},
    },
  },
  {
    file: 'x/tweets-by-ids.json',
    collector: xPosts,
    rows: 2,
    cells: {0: {tweet_id: '1293593516040269825', source_account: null}},
  },
  {file: 'x/user-tweets-empty.json', collector: xPosts, rows: 0},
  {
    file: 'x/user-tweets-edge.json',
    collector: xPosts,
    target: 'elonmusk',
    rows: 2,
    cells: {
      0: {
        tweet_id: '1850000000000000003',
        text: 'https://t.co/AbCdEfGhIj',
        created_at: '2025-10-27T09:00:00.000Z',
        like_count: 140,
        impression_count: '20517',
        lang: 'zxx',
      },
      1: {
        text: '비트코인 신고가 🚀🇰🇷 $BTC & $ETH > 금\n\n두 번째 줄',
        cashtags: [{start: 15, end: 19, tag: 'BTC'}],
        hashtags: null,
        like_count: 0,
        edit_history_tweet_ids: ['1849999999999999999', '1850000000000000001'],
        created_at: '2025-10-27T08:59:59.000Z',
        author_id: '44196397',
      },
    },
  },
  {
    file: 'x/tweets-page-full-fields.json',
    collector: xPosts,
    rows: 14,
    cells: {
      0: {
        tweet_id: '1640439409029414913',
        username: 'user_0000',
        display_name: 'User 0000',
        user_verified: false,
        user_followers_count: '113',
        user_tweet_count: 2346,
        bookmark_count: null,
        impression_count: '0',
      },
      2: {
        tweet_id: '1640439075808739331',
        text: '#topic https://t.co/xxxxxxxxxx',
        retweet_count: 554,
        like_count: 0,
        referenced_type: 'retweeted',
        referenced_id: '1640360161765752836',
        referenced_text: '#topic https://t.co/xxxxxxxxxx',
      },
      4: {
        referenced_type: 'replied_to',
        referenced_id: '1639711591404404746',
        created_at: '2023-03-27T19:40:55.000Z',
      },
      [-1]: {
        tweet_id: '1640431607875633182',
        referenced_type: 'quoted',
        referenced_id: '1640067045091442719',
        impression_count: '49',
      },
    },
  },
  {
    file: 'x/users-by-username.json',
    collector: xProfiles,
    rows: 1,
    cells: {
      0: {
        username: 'Twitter',
        handle: 'twitter',
        user_id: '783214',
        status: 'active',
        verified: null,
        followers_count: null,
      },
    },
  },
  {
    file: 'x/users-by.json',
    collector: xProfiles,
    rows: 2,
    cells: {1: {username: 'TwitterDev', user_id: '2244994945', display_name: 'Twitter Dev'}},
  },
  {
    file: 'x/user-with-fields.json',
    collector: xProfiles,
    rows: 1,
    cells: {
      0: {
        username: 'XDevelopers',
        user_id: '2244994945',
        verified: true,
        followers_count: '622000',
        following_count: 1981,
        tweet_count: 4039,
      },
    },
  },
  {
    file: 'x/error-200-user-not-found.json',
    collector: xProfiles,
    rows: 1,
    cells: {0: {username: 'no_such_user_000', user_id: null, status: 'not_found'}},
  },
  {
    file: 'x/error-200-user-suspended.json',
    collector: xProfiles,
    rows: 1,
    cells: {0: {username: 'suspended_example', user_id: null, status: 'suspended'}},
  },
  // A look-up gives no row: its result is kept with the target.
  {file: 'truthsocial/accounts-NewsMax.json', collector: truthPosts, rows: 0},
  {file: 'truthsocial/accounts-lookup-realDonaldTrump.json', collector: truthPosts, rows: 0},
  {file: 'truthsocial/account-suspended.json', collector: truthPosts, rows: 0},
  {file: 'truthsocial/statuses-empty.json', collector: truthPosts, rows: 0},
  {file: 'truthsocial/statuses-empty.json', collector: truthTrends, rows: 0},
  {
    file: 'truthsocial/statuses-page.json',
    collector: truthPosts,
    rows: 3,
    cells: {
      0: {
        id: '116692873830981873',
        created_at: '2026-06-04T16:52:26.919Z',
        username: 'realDonaldTrump',
        account_id: '107780257626128497',
        kind: 'post',
        verified: true,
        replies_count: 565,
        reblogs_count: 2925,
        favourites_count: 11628,
        upvotes_count: 11628,
        downvotes_count: 0,
        account_type: 'individual',
        market_influence: 10,
      },
      1: {
        id: '116684113664648014',
        created_at: '2026-06-03T03:44:37.418Z',
        content: '<p></p>',
        clean_content: null,
        language: null,
        has_media: true,
        media_count: 1,
        media_attachments: [
          {
            id: '116684113453159329',
            type: 'image',
            description: null,
            blurhash: 'UsKBRFofayRj~qRjxut7%MofRjWBt7ofayWB',
            processing: 'complete',
            external_video_id: null,
            url: 'https://static-assets-1.truthsocial.com/tmtg:prime-ts-assets/media_attachments/files/116/684/113/453/159/329/original/272c9a6f016a46eb.jpg',
            preview_url:
              'https://static-assets-1.truthsocial.com/tmtg:prime-ts-assets/media_attachments/files/116/684/113/453/159/329/small/272c9a6f016a46eb.jpg',
            remote_url: null,
            preview_remote_url: null,
            text_url: null,
            meta: {
              original: {aspect: 1.5473887814313345, height: 517, size: '800x517', width: 800},
              small: {aspect: 1.5473887814313345, height: 517, size: '800x517', width: 800},
            },
          },
        ],
      },
      2: {id: '116669584003805199', created_at: '2026-05-31T14:09:32.323Z', favourites_count: 27879},
    },
  },
  {
    file: 'truthsocial/status-card-link.json',
    collector: truthPosts,
    rows: 1,
    cells: {
      0: {
        id: '110374797872162426',
        created_at: '2023-05-15T21:22:38.667Z',
        username: 'DevinNunes',
        account_type: 'individual',
        market_influence: 0,
        has_tags: true,
        has_mentions: true,
        clean_content:
          'https://rumble.com/v2nz5jo-breaking-nunes-reacts-to-release-of-durham-report.html My first take on the #DurhamReport with @ChrisSalcedoShow @NewsMax #GovernmentGangsters 😳',
        card_url: 'https://rumble.com/v2nz5jo-breaking-nunes-reacts-to-release-of-durham-report.html',
        card_title: 'BREAKING: Nunes reacts to release of Durham report',
        card_description: null,
        tags: [{name: 'DurhamReport'}, {name: 'GovernmentGangsters'}],
        has_media: false,
        media_count: 0,
        spoiler_text: null,
        poll: null,
      },
    },
  },
  {
    file: 'truthsocial/status-emoji-styled-text.json',
    collector: truthPosts,
    rows: 1,
    cells: {
      0: {
        id: '115864791948135518',
        created_at: '2026-01-09T11:00:20.115Z',
        favourites_count: 261,
        clean_content:
          '🚨 𝐕𝐞𝐧𝐞𝐳𝐮𝐞𝐥𝐚 𝐅𝐫𝐞𝐞𝐬 𝐏𝐨𝐥𝐢𝐭𝐢𝐜𝐚𝐥 𝐏𝐫𝐢𝐬𝐨𝐧𝐞𝐫𝐬 𝐢𝐧 𝐁𝐢𝐝 𝐭𝐨 ‘𝐒𝐞𝐞𝐤 𝐏𝐞𝐚𝐜𝐞’\nNational Assembly President Jorge Rodríguez, the brother of interim President Delcy Rodríguez, said on Jan. 8 the government has decided to release “a significant number” of Venezuelan and foreign detainees as a gesture affirming its “broad intention to seek peace.”\nRead more:\nhttps://theepochtim.es/y37udg',
      },
    },
  },
  {
    file: 'truthsocial/status-media-only-image.json',
    collector: truthPosts,
    rows: 1,
    cells: {0: {id: '116684113664648014', clean_content: null, media_count: 1, market_influence: 10}},
  },
  {
    file: 'truthsocial/status-poll.json',
    collector: truthPosts,
    rows: 1,
    cells: {
      0: {
        id: '109901674260251212',
        created_at: '2023-02-21T08:01:05.154Z',
        clean_content: '$110 Billion so far, where should congress send our tax dollars? #FWK',
        replies_count: 325,
        poll: {
          id: '39131',
          expires_at: '2023-02-22T08:01:05.000Z',
          expired: true,
          multiple: false,
          votes_count: 15838,
          voters_count: 15838,
          voted: false,
          own_votes: [],
          options: [
            {title: 'ukraine', votes_count: 132},
            {title: 'USA', votes_count: 15706},
          ],
          emojis: [],
        },
      },
    },
  },
  {
    file: 'truthsocial/status-reblog.json',
    collector: truthPosts,
    rows: 1,
    cells: {
      0: {
        id: '109867113754520597',
        created_at: '2023-02-15T05:31:53.760Z',
        username: 'realDonaldTrump',
        kind: 'reblog',
        reblog_of_id: '109864160311151506',
        quote_of_id: null,
        clean_content:
          'His latest spin is all BS 👇\nhttps://bongino.com/james-clappers-latest-lie-contradicted-by-prior-statements',
        replies_count: 0,
        reblogs_count: 0,
        favourites_count: 0,
        upvotes_count: 0,
        card_url: 'https://bongino.com/james-clappers-latest-lie-contradicted-by-prior-statements',
      },
    },
  },
  {
    file: 'truthsocial/status-video.json',
    collector: truthPosts,
    rows: 1,
    cells: {
      0: {
        id: '116616050796377967',
        created_at: '2026-05-22T03:15:20.407Z',
        has_media: true,
        media_count: 1,
        clean_content:
          'WHILE NYC DEALS WITH CRIME, MIGRANTS, AND CHAOS — MAYOR ZOHRAN MAMDANI IS LIVE ON TWITCH!\nHost of "After Hours" and comedian Alex Stein discuss NYC Mayor Zohran Mamdani’s latest online antics, prioritizing internet clout over actual leadership.\nCatch Fine Point with @ChanelRion here: https://live.oann.com/home.ktv?utm_source=socials&utm_medium=social+media&utm_campaign=TRUTH',
      },
    },
  },
  {
    file: 'truthsocial/status-video.json',
    collector: truthTrends,
    rows: 1,
    cells: {0: {id: '116616050796377967', trend_rank: null, trend_score: '285'}},
  },
  {
    file: 'truthsocial/trending-truths.json',
    collector: truthTrends,
    rows: 2,
    cells: {
      0: {
        id: '116711704834455679',
        created_at: '2026-06-08T00:41:25.195Z',
        username: 'CitizenFreePress',
        account_id: '108274591401172033',
        trend_rank: 1,
        trend_score: '319',
        clean_content:
          'Private jet bursts into flames while making emergency landing in Dominican Republic.\nhttp://citizenfreepress.com/',
      },
      1: {
        id: '115806398111692077',
        created_at: '2025-12-30T03:30:01.179Z',
        trend_rank: 2,
        trend_score: '16',
        favourites_count: 16,
        language: null,
      },
    },
  },
  {
    file: 'truthsocial/trending-truths.json',
    collector: truthTrends,
    target: '2',
    rows: 2,
    cells: {0: {trend_rank: 11}, 1: {trend_rank: 12}},
  },
  {
    file: 'truthsocial/trends-tags.json',
    collector: truthTags,
    rows: 2,
    cells: {
      0: {
        name: 'Bitcoin',
        collected_date: '2026-07-31',
        url: 'https://truthsocial.com/tags/Bitcoin',
        total_uses: 412,
        total_accounts: 230,
        recent_statuses_count: 913,
        day_0_uses: 412,
        day_1_uses: 388,
        day_2_uses: 0,
        day_3_uses: 17,
        day_4_uses: 25,
        day_5_uses: 31,
        day_6_uses: 40,
        growth_rate: '6.19',
        weekly_average: '130.43',
        trend_score: '625.87',
        tag_category: 'crypto',
        market_relevance: 9,
        history_data: [
          {day: '1785456000', uses: 412, accounts: 230},
          {day: '1785369600', uses: 388, accounts: 221},
          {day: '1785283200', uses: 0, accounts: 0},
        ],
      },
      1: {
        name: '관세',
        collected_date: '2026-07-31',
        day_0_uses: 3,
        day_1_uses: 0,
        growth_rate: null,
        weekly_average: '0.43',
        trend_score: '5.25',
        tag_category: 'economy',
      },
    },
  },
]

export const refused: {
  file: string
  collector: AnyCollector
  provider?: string
  target?: string
  says: RegExp
}[] = [
  {file: 'fred/error-400-bad-key.json', collector: cpi, says: /api_key/},
  {file: 'fred/error-400-key-not-registered.json', collector: cpi, says: /not registered/},
  {file: 'fred/error-400-unknown-series.json', collector: cpi, says: /series does not exist/},
  {file: 'fred/error-429.json', collector: cpi, says: /Rate Limit/i},
  {file: 'fred/observations-default-is-xml.xml', collector: cpi, says: /XML|JSON/i},
  {
    file: 'alphavantage/error-invalid-apikey.json',
    collector: cpi,
    provider: 'alpha-vantage',
    says: /apikey is invalid/,
  },
  {
    file: 'alphavantage/error-invalid-call.json',
    collector: cpi,
    provider: 'alpha-vantage',
    says: /Invalid API call/,
  },
  {
    file: 'alphavantage/error-rate-limit-information-2025.json',
    collector: cpi,
    provider: 'alpha-vantage',
    says: /per day|per second/,
  },
  {
    file: 'alphavantage/error-rate-limit-note-legacy.json',
    collector: cpi,
    provider: 'alpha-vantage',
    says: /call frequency/,
  },
  {
    file: 'alphavantage/overview-unknown-symbol.json',
    collector: companyOverview,
    says: /nothing on this symbol/,
  },
  {file: 'alphavantage/error-invalid-call.json', collector: balanceSheet, says: /Invalid API call/},
  {file: 'alphavantage/balance-sheet-ibm.json', collector: companyOverview, says: /expected the overview/},
  {file: 'alphavantage/overview-ibm.json', collector: balanceSheet, says: /expected balance sheets/},
  {file: 'alphavantage/overview-ibm.json', collector: etfProfile, says: /expected the profile/},
  {
    file: 'alphavantage/overview-ibm.json',
    collector: cpi,
    provider: 'alpha-vantage',
    says: /expected a list/,
  },
  ...['invalid-apikey', 'invalid-call', 'rate-limit-information-2025', 'rate-limit-note-legacy'].map(
    (name) => ({file: `alphavantage/error-${name}.json`, collector: earningsCalendar, says: /is a refusal/}),
  ),
  {file: 'alphavantage/earnings-calendar-empty.csv', collector: topGainers, says: /JSON|cannot be read/},
  {
    file: 'alphavantage/overview-ibm.json',
    collector: topGainers,
    says: /expected "last_updated" and the list "top_gainers"/,
  },
  {file: 'alphavantage/error-invalid-apikey.json', collector: newsSentiment, says: /apikey is invalid/},
  {file: 'alphavantage/overview-unknown-symbol.json', collector: newsSentiment, says: /is a refusal/},
  {file: 'alphavantage/top-gainers-losers.json', collector: newsSentiment, says: /expected a list/},
  {file: 'newsapi/everything-bitcoin-like.json', collector: newsSentiment, says: /expected a list/},
  {
    file: 'alphavantage/cpi-monthly.csv',
    collector: earningsCalendar,
    says: /expected CSV with the columns symbol, reportDate/,
  },
  {file: 'alphavantage/overview-unknown-symbol.json', collector: earningsCalendar, says: /is a refusal/},
  {file: 'bithumb/error-v1-code-not-found.json', collector: bithumbTickers, says: /Code not found/},
  {file: 'bithumb/error-public-5500.json', collector: bithumbTickers, says: /5500/},
  {file: 'bithumb/v1-ticker-krw-btc.json', collector: bithumbMarkets, says: /another endpoint/},
  {file: 'bithumb/market-all-details.json', collector: bithumbTickers, says: /another endpoint/},
  {file: 'coingecko/error-400-demo-key-on-pro-host.json', collector: coingeckoIds, says: /./},
  {file: 'coingecko/error-401-time-range.json', collector: coingeckoIds, says: /./},
  {file: 'coingecko/error-404-coin-not-found.json', collector: coingeckoIds, says: /coin not found/},
  {file: 'coingecko/error-422-missing-vs-currency.json', collector: coingeckoIds, says: /vs_currency/},
  {file: 'coingecko/error-429-cloudflare.html', collector: coingeckoIds, says: /1015/},
  {file: 'coingecko/error-429-rate-limit.json', collector: coingeckoIds, says: /Rate Limit/i},
  {file: 'coingecko/global.json', collector: coingeckoIds, says: /expected a list/},
  {file: 'coingecko/coins-markets-57.json', collector: coingeckoGlobal, says: /expected the statistics/},
  {file: 'finnhub/error-401-invalid-key.json', collector: companyNews, says: /Invalid API key/},
  {file: 'finnhub/error-403-premium.json', collector: earningsNews, says: /access to this resource/},
  {file: 'finnhub/error-429-limit.json', collector: marketNewsFinnhub, says: /limit reached/},
  {file: 'finnhub/quote-unknown-symbol.json', collector: companyNews, says: /does not know the symbol/},
  {file: 'finnhub/quote-aapl.json', collector: companyNews, says: /expected a list/},
  {file: 'finnhub/calendar-earnings-aapl.json', collector: companyNews, says: /expected a list/},
  {file: 'finnhub/calendar-earnings-bac.json', collector: earningsNews, says: /expected a list/},
  {file: 'finnhub/calendar-earnings-empty.json', collector: marketNewsFinnhub, says: /expected a list/},
  {file: 'finnhub/news-general.json', collector: companyNews, says: /another endpoint/},
  {
    file: 'finnhub/company-news-aapl.json',
    collector: marketNewsFinnhub,
    target: 'general',
    says: /one company/,
  },
  {file: 'finnhub/company-news-aapl.json', collector: earningsNews, says: /does not name its report/},
  {
    file: 'finnhub/news-general.json',
    collector: marketNewsFinnhub,
    says: /does not name the requested category/,
  },
  {file: 'newsapi/error-401-key-invalid.json', collector: marketNews, says: /API key is invalid/},
  {file: 'newsapi/error-401-key-missing.json', collector: marketNews, says: /API key is missing/},
  {file: 'newsapi/error-426-maximum-results.json', collector: marketNews, says: /too many results/},
  {file: 'newsapi/error-429-rate-limited.json', collector: marketNews, says: /too many requests/},
  {file: 'wikipedia/error-403-no-user-agent.txt', collector: sp500Companies, says: /FIN_CONTACT/},
  {file: 'coingecko/error-429-cloudflare.html', collector: sp500Companies, says: /constituents/},
  ...[coingeckoTickers, coinDetails, coingeckoDerivatives].flatMap((collector) => [
    {file: 'coingecko/error-400-demo-key-on-pro-host.json', collector, says: /root URL/},
    {file: 'coingecko/error-401-time-range.json', collector, says: /allowed time range/},
    {file: 'coingecko/error-404-coin-not-found.json', collector, says: /coin not found/},
    {file: 'coingecko/error-422-missing-vs-currency.json', collector, says: /vs_currency/},
    {file: 'coingecko/error-429-cloudflare.html', collector, says: /1015/},
    {file: 'coingecko/error-429-rate-limit.json', collector, says: /Rate Limit/i},
    {file: 'coingecko/global.json', collector, says: /expected (a list|the profile)/},
  ]),
  ...['2021-05', '2024-02', '2024-12'].map((month) => ({
    file: `coingecko/coins-list-${month}.json`,
    collector: coingeckoIds,
    says: /another endpoint/,
  })),
  ...[xPosts, xProfiles].flatMap((collector) => [
    {file: 'x/error-400-invalid-request.json', collector, says: /Invalid Request: One or more parameters/},
    {file: 'x/error-401-bad-token.json', collector, says: /Unauthorized/},
    {file: 'x/error-402-credits-depleted.json', collector, says: /CreditsDepleted/},
    {file: 'x/error-403-client-not-enrolled.json', collector, says: /attached to a Project/},
    {file: 'x/error-429-rate-limit.json', collector, says: /Too Many Requests/},
    {file: 'x/error-429-usage-cap.json', collector, says: /UsageCapExceeded/},
  ]),
  {file: 'x/error-200-user-not-found.json', collector: xPosts, says: /expected a list/},
  {file: 'x/error-200-user-suspended.json', collector: xPosts, says: /expected a list/},
  {file: 'x/users-by.json', collector: xPosts, says: /another endpoint/},
  {file: 'x/user-with-fields.json', collector: xPosts, says: /expected a list/},
  {file: 'x/user-tweets-783214.json', collector: xProfiles, says: /another endpoint/},
  {file: 'x/user-tweets-empty.json', collector: xProfiles, says: /expected users/},
  ...[truthPosts, truthTrends, truthTags].flatMap((collector) => [
    {file: 'truthsocial/error-401-invalid-grant.json', collector, says: /invalid_grant/},
    {
      file: 'truthsocial/error-403-cloudflare-blocked.html',
      collector,
      says: /blocks this address.*Access denied/,
    },
    {
      file: 'truthsocial/error-403-cloudflare-challenge.html',
      collector,
      says: /blocks this address.*Just a moment/,
    },
    {file: 'truthsocial/error-404-record-not-found.json', collector, says: /record not found/},
    {file: 'truthsocial/error-429.json', collector, says: /Too many requests/},
    {file: 'truthsocial/oauth-token.json', collector, says: /expected a list/},
  ]),
  ...[truthPosts, truthTrends].map((collector) => ({
    file: 'truthsocial/trends-tags.json',
    collector,
    says: /another endpoint/,
  })),
  {file: 'truthsocial/trending-truths.json', collector: truthTags, says: /another endpoint/},
  {file: 'truthsocial/statuses-page.json', collector: truthTags, says: /another endpoint/},
  {file: 'truthsocial/accounts-NewsMax.json', collector: truthTrends, says: /expected a list/},
  {file: 'truthsocial/accounts-NewsMax.json', collector: xProfiles, says: /another network/},
]
