/**
 * What is known of real coins: names that do not follow from the id, sizes of the large ones, and coins that
 * share a symbol.
 */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parse} from 'csv-parse/sync'
import {NeedsPerson} from '../errors.js'

/** A coin that Bithumb trades, by the list of pairs that the mapper `bithumb-coingecko` ships. */
export interface Pair {
  symbol: string
  coingecko_id: string
  korean_name: string
}

const pairsFile = 'bithumb-coingecko-pairs.csv'

/** The shipped pairs. Built, the list lies beside the mapper; compiled for tests, it is still in src/. */
export function shippedPairs(): Pair[] {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates = [join(here, '..', 'mappers', pairsFile)]
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder))
    candidates.push(join(folder, 'src', 'lib', 'mappers', pairsFile))
  const file = candidates.find((path) => existsSync(path))
  if (file === undefined)
    throw new NeedsPerson(`the list ${pairsFile} is missing from this installation`, {
      nextStep: 'Install fin again, or build it with: npm run build',
    })
  return parse<Pair>(readFileSync(file), {columns: true, skip_empty_lines: true})
}

/**
 * Price in USD and capitalisation in millions of USD around the start of 2026, rounded: enough to give the
 * world its proportions.
 */
export const sizes: Readonly<Record<string, readonly [usd: number, millions: number]>> = {
  bitcoin: [90_000, 1_790_000],
  ethereum: [3_050, 368_000],
  tether: [1, 186_000],
  binancecoin: [870, 118_000],
  ripple: [1.95, 118_000],
  solana: [128, 72_000],
  'usd-coin': [1, 75_000],
  tron: [0.284, 26_900],
  dogecoin: [0.125, 21_000],
  cardano: [0.36, 13_000],
  'bitcoin-cash': [590, 11_800],
  chainlink: [12.6, 8_900],
  stellar: [0.21, 6_800],
  'avalanche-2': [12.8, 5_500],
  sui: [1.45, 5_400],
  'hedera-hashgraph': [0.112, 4_800],
  'shiba-inu': [0.0000072, 4_240],
  'the-open-network': [1.64, 4_000],
  usds: [1, 6_300],
  polkadot: [1.9, 3_150],
  mantle: [0.98, 3_200],
  'crypto-com-chain': [0.093, 3_600],
  uniswap: [5.8, 3_650],
  near: [1.55, 2_000],
  'internet-computer': [3.1, 1_700],
  aave: [150, 2_270],
  pepe: [0.0000041, 1_720],
  aptos: [1.75, 1_320],
  ethena: [0.21, 1_600],
  'world-liberty-financial': [0.145, 3_900],
  'usd1-wlfi': [1, 3_300],
  'ethereum-classic': [12, 1_860],
  'pax-gold': [4_330, 1_640],
  arbitrum: [0.19, 1_080],
  cosmos: [2, 970],
  filecoin: [1.35, 990],
  vechain: [0.0107, 920],
  algorand: [0.115, 1_010],
  'worldcoin-wld': [0.49, 1_270],
  'render-token': [1.3, 680],
  bonk: [0.0000079, 650],
  'pudgy-penguins': [0.0094, 590],
  'official-trump': [4.9, 980],
  'pump-fun': [0.0019, 660],
  'sei-network': [0.115, 750],
  celestia: [0.47, 405],
  optimism: [0.28, 545],
  'injective-protocol': [4.5, 450],
  starknet: [0.08, 400],
  'bitcoin-cash-sv': [18, 360],
  iota: [0.087, 370],
  'the-graph': [0.036, 385],
  floki: [0.00004, 385],
  tezos: [0.5, 530],
  bittorrent: [0.00000041, 404],
  jasmycoin: [0.0061, 300],
  apenft: [0.00000034, 337],
  nestree: [0.0012, 4],
  metadium: [0.0095, 16],
  'six-network': [0.0121, 12],
  bosagora: [0.012, 3],
}

/** Pegged to one US dollar. */
export const stable: ReadonlySet<string> = new Set(['tether', 'usd-coin', 'usds', 'usd1-wlfi'])

/**
 * A coin that is no pair: its symbol, name, price and size; `follows` another coin's price times `ratio`
 * (wrapped, bridged, staked).
 */
export interface Further {
  id: string
  symbol: string
  name: string
  usd: number
  millions: number
  follows?: string
  ratio?: number
}

export const furtherCoins: readonly Further[] = [
  // Share the symbol of a Bithumb market and are another coin: the evidence of a mapping must tell them
  // apart.
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
  // Follow another coin: ranked only among the rehypothecated.
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
  // Large, and not traded at Bithumb.
  {id: 'hyperliquid', symbol: 'hype', name: 'Hyperliquid', usd: 25.4, millions: 6_100},
  {id: 'litecoin', symbol: 'ltc', name: 'Litecoin', usd: 78, millions: 6_000},
  {id: 'monero', symbol: 'xmr', name: 'Monero', usd: 435, millions: 8_020},
  {id: 'leo-token', symbol: 'leo', name: 'LEO Token', usd: 8.7, millions: 8_000},
  {id: 'okb', symbol: 'okb', name: 'OKB', usd: 108, millions: 2_270},
  {id: 'bitget-token', symbol: 'bgb', name: 'Bitget Token', usd: 3.5, millions: 2_450},
  {id: 'zcash', symbol: 'zec', name: 'Zcash', usd: 510, millions: 8_400},
  {id: 'dai', symbol: 'dai', name: 'Dai', usd: 1, millions: 4_200},
  {id: 'quant-network', symbol: 'qnt', name: 'Quant', usd: 72, millions: 870},
  // Names as people register them.
  {id: 'pepe-frog-emoji', symbol: '🐸', name: '🐸 Frog Coin', usd: 0.00000000031, millions: 0.4},
  {id: 'bi-an-ren-sheng', symbol: '币安人生', name: '币安人生', usd: 0.14, millions: 140},
  {id: 'spaced-out', symbol: 'space', name: ' Spaced Out ', usd: 0.02, millions: 1.1},
  {id: 'sum-of-all', symbol: 'sum', name: '=SUM(A1:A9)', usd: 0.3, millions: 2.2},
  {id: 'quoted-inc', symbol: 'quo', name: '"Quoted", Inc. & Sons', usd: 1.7, millions: 3.1},
  {id: 'bold-coin', symbol: 'BOLD', name: '<b>Bold</b> Coin', usd: 0.004, millions: 0.9},
  {id: 'red-escape', symbol: 'esc', name: '\u001b[31mRed Escape\u001b[0m', usd: 0.06, millions: 0.8},
]

/** Names that do not follow from the id. */
const names: Readonly<Record<string, string>> = {
  binancecoin: 'BNB',
  ripple: 'XRP',
  tron: 'TRON',
  'hedera-hashgraph': 'Hedera',
  'crypto-com-chain': 'Cronos',
  'worldcoin-wld': 'Worldcoin',
  near: 'NEAR Protocol',
  'usd-coin': 'USDC',
  usds: 'USDS',
  '1inch': '1inch',
  cosmos: 'Cosmos Hub',
  'the-open-network': 'Toncoin',
  endurance: 'Fusionist',
  'adappter-token': 'Adappter Token',
  'aioz-network': 'AIOZ Network',
  ai16z: 'ai16z',
  api3: 'API3',
  'apm-coin': 'apM Coin',
  arpa: 'ARPA',
  auction: 'Bounce',
  'stp-network': 'AWE Network',
  'berachain-bera': 'Berachain',
  'sentinel-protocol': 'CHAINBOUNTY',
  'based-brett': 'Brett',
  'bitcoin-cash-sv': 'Bitcoin SV',
  vaulta: 'Vaulta',
  coredaoorg: 'Core',
  chromaway: 'Chromia',
  certik: 'Shentu',
  'dar-open-network': 'Dar Open Network',
  'dao-maker': 'DAO Maker',
  deep: 'DeepBook',
  'dydx-chain': 'dYdX',
  'edu-coin': 'Open Campus',
  'elrond-erd-2': 'MultiversX',
  balance: 'Balance',
  bonfida: 'Solana Name Service',
  'step-app-fitfi': 'Step App',
  'fetch-ai': 'Artificial Superintelligence Alliance',
  zelcash: 'Flux',
  'g-token': 'Gravity',
  stepn: 'GMT',
  gmx: 'GMX',
  home: 'Defi App',
  'immutable-x': 'Immutable',
  iostoken: 'IOST',
  io: 'io.net',
  iota: 'IOTA',
  everipedia: 'IQ',
  'label-foundation': 'LABEL AI',
  onbuff: 'LumiWave',
  'jito-governance-token': 'Jito',
  'jupiter-exchange-solana': 'Jupiter',
  'lido-dao': 'Lido DAO',
  marcopolo: 'MAP Protocol',
  moviebloc: 'MovieBloc',
  marblex: 'MARBLEX',
  'cat-in-a-dogs-world': 'cat in a dogs world',
  mossland: 'Moss Coin',
  'mass-vehicle-ledger': 'MVL',
  numeraire: 'Numeraire',
  'mantra-dao': 'MANTRA',
  'pax-gold': 'PAX Gold',
  'pay-coin': 'Paycoin',
  'peaq-2': 'peaq',
  'pundi-x-2': 'Pundi X',
  'polygon-ecosystem-token': 'POL (ex-MATIC)',
  'quark-chain': 'QuarkChain',
  'redstone-oracles': 'RedStone',
  'unit-00-rei': 'Unit 00 - Rei',
  'iexec-rlc': 'iExec RLC',
  'roaland-core': 'ROA CORE',
  rss3: 'RSS3',
  skale: 'SKALE',
  'sign-global': 'Sign',
  havven: 'Synthetix',
  'rai-finance': 'RAI Finance',
  'sonic-svm': 'Sonic SVM',
  'tottenham-hotspur-fc-fan-token': 'Tottenham Hotspur FC Fan Token',
  blockstack: 'Stacks',
  swipe: 'Solar',
  syrup: 'Maple Finance',
  thetadrop: 'ThetaDrop',
  uma: 'UMA',
  'usd1-wlfi': 'USD1',
  uxlink: 'UXLINK',
  vechain: 'VeChain',
  'vethor-token': 'VeThor',
  'connect-token-wct': 'WalletConnect Token',
  dogwifcoin: 'dogwifhat',
  'project-with': 'WIKEN',
  'woo-network': 'WOO',
  'xai-blockchain': 'Xai',
  'chain-2': 'Onyxcoin',
  ecash: 'eCash',
  xpla: 'XPLA',
  proton: 'XPR Network',
  'xyo-network': 'XYO Network',
  'yearn-finance': 'yearn.finance',
  zksync: 'ZKsync',
  layerzero: 'LayerZero',
  '0x': '0x Protocol',
  ztx: 'ZTX',
  nestree: 'Nestree',
  metadium: 'Metadium',
  'six-network': 'SIX Network',
  bosagora: 'BOSagora',
  'theta-token': 'Theta Network',
  status: 'Status',
  waves: 'Waves',
  wax: 'WAX',
  xterio: 'Xterio',
}

/** `The Graph` of `the-graph`, `Avalanche` of `avalanche-2`. */
export function coinName(id: string): string {
  return (
    names[id] ??
    id
      .replace(/(-\d+)+$/, '')
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' ')
  )
}
