/**
 * Names of invented coins and companies. They consist of syllables, so that English and Hangul spell the same
 * sound.
 */
import type {Stream} from './random.js'

const syllables = [
  ['ka', '카'],
  ['ro', '로'],
  ['mi', '미'],
  ['ven', '벤'],
  ['ta', '타'],
  ['lo', '로'],
  ['zen', '젠'],
  ['do', '도'],
  ['ri', '리'],
  ['xa', '사'],
  ['mo', '모'],
  ['ne', '네'],
  ['lu', '루'],
  ['pi', '피'],
  ['sol', '솔'],
  ['ko', '코'],
  ['va', '바'],
  ['dra', '드라'],
  ['ny', '니'],
  ['tor', '토르'],
  ['ba', '바'],
  ['fi', '피'],
  ['hu', '후'],
  ['jin', '진'],
  ['que', '퀘'],
  ['sha', '샤'],
  ['wen', '웬'],
  ['yo', '요'],
  ['gal', '갈'],
  ['ber', '버'],
  ['ciro', '시로'],
  ['ast', '아스트'],
] as const

const endings = [
  ['', ''],
  ['', ''],
  ['', ''],
  [' Protocol', ' 프로토콜'],
  [' Network', ' 네트워크'],
  [' Finance', ' 파이낸스'],
  [' Token', ' 토큰'],
  [' AI', ' 에이아이'],
  [' Inu', ' 이누'],
  [' DAO', ' 다오'],
  [' Swap', ' 스왑'],
  [' Chain', ' 체인'],
  [' Games', ' 게임즈'],
] as const

/** A random word of two to four syllables. */
function sound(of: Stream, from: number): {latin: string; hangul: string} {
  const parts = Array.from({length: of.whole(from, 2, 4)}, (_, n) => of.pick(from + 1 + n, syllables, 7))
  const latin = parts.map(([text]) => text).join('')
  return {
    latin: latin.charAt(0).toUpperCase() + latin.slice(1),
    hangul: parts.map(([, text]) => text).join(''),
  }
}

/** The name of a coin in both spellings, its slug and its symbol. Draws counters 100 to 120 of the stream. */
export function inventedName(of: Stream): {name: string; korean: string; slug: string; ticker: string} {
  const {latin, hangul} = sound(of, 100)
  const [english, korean] = of.pick(110, endings)
  const name = `${latin}${english}`
  const consonants = latin.charAt(0) + latin.slice(1).replace(/[aeiou]/g, '')
  const ticker = (
    of.uniform(111) < 0.5
      ? latin.slice(0, of.whole(112, 3, 5))
      : `${consonants}${latin}`.slice(0, of.whole(113, 3, 4))
  ).toLowerCase()
  return {name, korean: `${hangul}${korean}`, slug: name.toLowerCase().replaceAll(' ', '-'), ticker}
}

const kinds = {
  'Information Technology': [
    ['Systems', 'Application Software'],
    ['Semiconductor', 'Semiconductors'],
    ['Networks', 'Communications Equipment'],
    ['Cloud', 'Systems Software'],
  ],
  'Health Care': [
    ['Therapeutics', 'Biotechnology'],
    ['Medical', 'Health Care Equipment'],
    ['Pharmaceuticals', 'Pharmaceuticals'],
    ['Diagnostics', 'Life Sciences Tools & Services'],
  ],
  Financials: [
    ['Bancorp', 'Regional Banks'],
    ['Financial Group', 'Asset Management & Custody Banks'],
    ['Insurance', 'Property & Casualty Insurance'],
    ['Capital', 'Investment Banking & Brokerage'],
  ],
  Industrials: [
    ['Industries', 'Industrial Conglomerates'],
    ['Aerospace', 'Aerospace & Defense'],
    ['Rail', 'Rail Transportation'],
    ['Machinery', 'Industrial Machinery & Supplies & Components'],
  ],
  'Consumer Discretionary': [
    ['Stores', 'Broadline Retail'],
    ['Motors', 'Automotive Parts & Equipment'],
    ['Resorts', 'Hotels, Resorts & Cruise Lines'],
    ['Homes', 'Homebuilding'],
  ],
  'Consumer Staples': [
    ['Foods', 'Packaged Foods & Meats'],
    ['Brands', 'Household Products'],
    ['Beverage', 'Soft Drinks & Non-alcoholic Beverages'],
  ],
  Energy: [
    ['Petroleum', 'Oil & Gas Exploration & Production'],
    ['Pipelines', 'Oil & Gas Storage & Transportation'],
  ],
  Utilities: [
    ['Power', 'Electric Utilities'],
    ['Water', 'Water Utilities'],
    ['Energy', 'Multi-Utilities'],
  ],
  Materials: [
    ['Chemical', 'Specialty Chemicals'],
    ['Steel', 'Steel'],
    ['Packaging', 'Paper & Plastic Packaging Products & Materials'],
  ],
  'Real Estate': [
    ['Properties', 'Office REITs'],
    ['Storage', 'Self-Storage REITs'],
    ['Residential', 'Multi-Family Residential REITs'],
  ],
  'Communication Services': [
    ['Media', 'Broadcasting'],
    ['Interactive', 'Interactive Media & Services'],
  ],
} as const

const cities = [
  ['Austin', 'Texas'],
  ['Cleveland', 'Ohio'],
  ['Atlanta', 'Georgia'],
  ['Dublin', 'Ireland'],
  ['San Jose', 'California'],
  ['Stamford', 'Connecticut'],
  ['Nashville', 'Tennessee'],
  ['Charlotte', 'North Carolina'],
  ['Minneapolis', 'Minnesota'],
  ['Denver', 'Colorado'],
  ['St. Louis', 'Missouri'],
  ['Boston', 'Massachusetts'],
  ['Phoenix', 'Arizona'],
  ['Zürich', 'Switzerland'],
] as const

const links = ['', '', '', ' & Co.', '–Harmon', "'s", ' Inc.', ' Corporation', ' plc']

/** A company's name, industry and headquarters. Draws counters 100 to 120 of the stream. */
export function inventedCompany(of: Stream): {
  name: string
  sector: string
  industry: string
  city: string
  region: string
  letters: string
} {
  const {latin} = sound(of, 100)
  const sector = of.pick(114, Object.keys(kinds) as (keyof typeof kinds)[])
  const [word, industry] = of.pick(115, kinds[sector] as readonly (readonly [string, string])[])
  const [city, region] = of.pick(116, cities)
  const link = of.pick(117, links)
  const name =
    link === "'s"
      ? `${latin}'s ${word}`
      : link === '–Harmon'
        ? `${latin}–Harmon ${word}`
        : `${latin} ${word}${link}`
  return {name, sector, industry, city, region, letters: latin.toUpperCase()}
}
