/** A publisher of articles. `id` is set if NewsAPI lists it as a source of headlines. */
export interface Publisher {
  id: string | null
  name: string
  domain: string
  category: string
  /** Instant from which it is no longer listed. */
  goneMs?: number
}

export const publishers: readonly Publisher[] = [
  {id: 'bloomberg', name: 'Bloomberg', domain: 'www.bloomberg.com', category: 'business'},
  {id: 'reuters', name: 'Reuters', domain: 'www.reuters.com', category: 'general'},
  {id: 'cnbc', name: 'CNBC', domain: 'www.cnbc.com', category: 'business'},
  {
    id: 'the-wall-street-journal',
    name: 'The Wall Street Journal',
    domain: 'www.wsj.com',
    category: 'business',
  },
  {id: 'business-insider', name: 'Business Insider', domain: 'www.businessinsider.com', category: 'business'},
  {
    id: 'financial-times',
    name: 'Financial Times',
    domain: 'www.ft.com',
    category: 'business',
    goneMs: Date.UTC(2027, 5, 1),
  },
  {id: 'associated-press', name: 'Associated Press', domain: 'apnews.com', category: 'general'},
  {id: 'fortune', name: 'Fortune', domain: 'fortune.com', category: 'business'},
  {id: 'the-verge', name: 'The Verge', domain: 'www.theverge.com', category: 'technology'},
  {id: null, name: 'Plain Dealer & Sons', domain: 'dealer.example.com', category: 'general'},
  {id: null, name: 'Harbour Post', domain: 'harbourpost.example.com', category: 'general'},
  {id: null, name: 'Ledger.example', domain: 'ledger.example.com', category: 'business'},
]

/** The publishers that NewsAPI lists at an instant. */
export function listedSources(atMs: number): (Publisher & {id: string})[] {
  return publishers.filter(
    (one): one is Publisher & {id: string} => one.id !== null && atMs < (one.goneMs ?? Infinity),
  )
}
