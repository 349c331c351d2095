// The chapters of the tour of bin/quickstart, and the commands that collect their data.

/** Provider -> the commands that collect its data. `coinPages`: the pages of CoinGecko's list. */
export const collectionsOf = (coinPages) => ({
  wikipedia: [['ingest', 'sp500-companies']],
  bithumb: [
    ['ingest', 'bithumb-markets'],
    ['ingest', 'bithumb-tickers'],
  ],
  coingecko: [
    ['ingest', 'coingecko-global'],
    ['ingest', 'coingecko-ids', '--limit', String(coinPages)],
  ],
  fred: [
    ['ingest', 'cpi'],
    ['ingest', 'inflation'],
    ['ingest', 'federal-funds-rate'],
    ['ingest', 'treasury-yield'],
  ],
})

/**
 * What the tour shows. `then` follows when all is collected, `live` runs for some seconds, `query` shows the
 * rows, and the command `also` more.
 */
export const chapters = [
  {name: 'sectors', title: 'The S&P 500 by sector', needs: ['wikipedia'], query: ['sp500-sectors']},
  {name: 'coins', title: 'The largest coins', needs: ['coingecko'], query: ['top-coins', '--limit', '10']},
  {
    name: 'movers',
    title: 'What moves most on Bithumb today',
    needs: ['bithumb'],
    query: ['bithumb-movers', '--limit', '10'],
  },
  {
    name: 'pairs',
    title: 'Which coin each Bithumb market trades; pairs to review first',
    needs: ['bithumb', 'coingecko'],
    then: [['map', 'bithumb-coingecko']],
    query: ['bithumb-coingecko-mapping', '--limit', '10'],
  },
  {name: 'macro', title: 'The US economy', needs: ['fred'], query: ['latest-macro']},
  {
    name: 'live',
    title: 'The newest quotes, from ten live seconds of Bithumb',
    needs: ['bithumb'],
    live: ['stream', 'run', 'bithumb'],
    query: ['bithumb-quotes', '--limit', '10'],
    also: ['stream', 'status'],
  },
]
