/**
 * Real coins that Bithumb does not trade. Some share a symbol with a market, some follow another coin's
 * price.
 */

/**
 * A coin that is not in a shipped pair. A wrapped, bridged or staked coin `follows` another coin's price
 * times `ratio`. `millions`: capitalisation in millions of USD.
 */
export interface OtherCoin {
  id: string
  symbol: string
  name: string
  usd: number
  millions: number
  follows?: string
  ratio?: number
}

export const otherCoins: readonly OtherCoin[] = [
  // Other coins with the symbol of a Bithumb market: the evidence of a mapping must distinguish them.
  {id: 'justanegg-2', symbol: 'egg', name: 'Just an Egg', usd: 0.00021, millions: 0.2},
  {id: 'meta-2-2', symbol: 'meta', name: 'MetaDAO', usd: 6.1, millions: 138},
  {id: 'six', symbol: 'six', name: 'Six Sigma', usd: 0.00088, millions: 0.1},
  {id: 'rei-network', symbol: 'rei', name: 'REI Network', usd: 0.0077, millions: 7.6},
  {id: 'pump-token', symbol: 'pump', name: 'PUMP Token', usd: 0.0131, millions: 0.4},
  {id: 'singularitynet', symbol: 'agi', name: 'SingularityNET', usd: 0.11, millions: 140},
  {id: 'neiro-on-eth', symbol: 'neiro', name: 'Neiro on ETH', usd: 0.011, millions: 11},
  {id: 'batcat', symbol: 'btc', name: 'batcat', usd: 0.000031, millions: 0.03},
  {id: 'bitcoin-wizards', symbol: 'wzrd', name: 'Bitcoin Wizards', usd: 0.0000012, millions: 2.1},
  {
    id: 'bridged-tether-fuse',
    symbol: 'usdt',
    name: 'Bridged Tether (Fuse)',
    usd: 1,
    millions: 0.9,
    follows: 'tether',
    ratio: 1,
  },
  // Coins that follow another coin: ranked only among the rehypothecated ones.
  {
    id: 'staked-ether',
    symbol: 'steth',
    name: 'Lido Staked Ether',
    usd: 0,
    millions: 26_800,
    follows: 'ethereum',
    ratio: 1,
  },
  {
    id: 'wrapped-bitcoin',
    symbol: 'wbtc',
    name: 'Wrapped Bitcoin',
    usd: 0,
    millions: 11_200,
    follows: 'bitcoin',
    ratio: 0.9987,
  },
  {
    id: 'wrapped-steth',
    symbol: 'wsteth',
    name: 'Wrapped stETH',
    usd: 0,
    millions: 12_900,
    follows: 'ethereum',
    ratio: 1.224,
  },
  {
    id: 'wrapped-eeth',
    symbol: 'weeth',
    name: 'Wrapped eETH',
    usd: 0,
    millions: 7_600,
    follows: 'ethereum',
    ratio: 1.084,
  },
  {id: 'weth', symbol: 'weth', name: 'WETH', usd: 0, millions: 7_100, follows: 'ethereum', ratio: 1},
  {
    id: 'coinbase-wrapped-btc',
    symbol: 'cbbtc',
    name: 'Coinbase Wrapped BTC',
    usd: 0,
    millions: 6_700,
    follows: 'bitcoin',
    ratio: 1,
  },
  {
    id: 'jito-staked-sol',
    symbol: 'jitosol',
    name: 'Jito Staked SOL',
    usd: 0,
    millions: 1_450,
    follows: 'solana',
    ratio: 1.252,
  },
  {
    id: 'wrapped-avax',
    symbol: 'wavax',
    name: 'Wrapped AVAX',
    usd: 0,
    millions: 90,
    follows: 'avalanche-2',
    ratio: 1,
  },
  // Large coins that Bithumb does not trade.
  {id: 'hyperliquid', symbol: 'hype', name: 'Hyperliquid', usd: 25.4, millions: 6_100},
  {id: 'litecoin', symbol: 'ltc', name: 'Litecoin', usd: 78, millions: 6_000},
  {id: 'monero', symbol: 'xmr', name: 'Monero', usd: 435, millions: 8_020},
  {id: 'leo-token', symbol: 'leo', name: 'LEO Token', usd: 8.7, millions: 8_000},
  {id: 'okb', symbol: 'okb', name: 'OKB', usd: 108, millions: 2_270},
  {id: 'bitget-token', symbol: 'bgb', name: 'Bitget Token', usd: 3.5, millions: 2_450},
  {id: 'zcash', symbol: 'zec', name: 'Zcash', usd: 510, millions: 8_400},
  {id: 'dai', symbol: 'dai', name: 'Dai', usd: 1, millions: 4_200},
  {id: 'quant-network', symbol: 'qnt', name: 'Quant', usd: 72, millions: 870},
  // Unusual names, as people register them.
  {id: 'pepe-frog-emoji', symbol: '🐸', name: '🐸 Frog Coin', usd: 0.00000000031, millions: 0.4},
  {id: 'bi-an-ren-sheng', symbol: '币安人生', name: '币安人生', usd: 0.14, millions: 140},
  {id: 'spaced-out', symbol: 'space', name: ' Spaced Out ', usd: 0.02, millions: 1.1},
  {id: 'sum-of-all', symbol: 'sum', name: '=SUM(A1:A9)', usd: 0.3, millions: 2.2},
  {id: 'quoted-inc', symbol: 'quo', name: '"Quoted", Inc. & Sons', usd: 1.7, millions: 3.1},
  {id: 'bold-coin', symbol: 'BOLD', name: '<b>Bold</b> Coin', usd: 0.004, millions: 0.9},
  {id: 'red-escape', symbol: 'esc', name: '\u001b[31mRed Escape\u001b[0m', usd: 0.06, millions: 0.8},
]
