import {wikipedia} from '../../lib/providers/wikipedia.js'
import {
  type StubRequest,
  type ProviderStub,
  listReply,
  NotSimulated,
  onlyKnown,
  type Reply,
  textReply,
} from '../stub.js'
import type {InventedChange} from '../members.js'
import type {Member} from '../real-members.js'
import type {Scenario} from '../scenario.js'

const title = 'List of S&P 500 companies'

/**
 * Stub of Wikipedia: the article with the members and changes of the index. A request without a descriptive
 * User-Agent is refused.
 */
export const wikipediaStub: ProviderStub = {
  provider: wikipedia,
  secret: () => undefined,
  answer,
  refuse: (_limit, untilMs, request) =>
    textReply(
      'You are making too many requests\n\nFor more details on rate limits see https://api.wikimedia.org/wiki/Rate_limits\n',
      429,
      'text/plain; charset=utf-8',
      {'retry-after': String(Math.max(1, Math.ceil((untilMs - request.atMs) / 1000)))},
    ),
}

function answer(request: StubRequest, scenario: Scenario): Reply {
  const agent = request.headers['user-agent'] ?? ''
  if (agent.trim() === '' || /^(node|undici|axios|got|curl|python-requests|node-fetch)\b[^(]*$/i.test(agent))
    return textReply(
      'Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also https://phabricator.wikimedia.org/T400119.\n',
      403,
    )
  if (request.method !== 'GET' || decoded(request.path) !== `/wiki/${title.replaceAll(' ', '_')}`)
    throw new NotSimulated('this article')
  onlyKnown(request.query, [])
  const changes = scenario.indexChanges(request.atMs)
  const revision = 1_300_000_000 + changes.length * 7919
  const etag = `W/"${revision}/${scenario.seed}"`
  const headers = {
    etag,
    'last-modified': new Date(changes[0]?.atMs ?? 0).toUTCString(),
    'content-language': 'en',
  }
  if (request.headers['if-none-match'] === etag) return {...textReply('', 304), headers}
  return listReply(
    'text/html; charset=UTF-8',
    scenario.members(request.atMs),
    (members) => page(members, changes, revision),
    (member, variant) =>
      variant % 2 === 0
        ? {...member, cik: `${member.cik.slice(0, 4)}O${member.cik.slice(5)}`}
        : {...member, name: ''},
    headers,
  )
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function page(members: readonly Member[], changes: readonly InventedChange[], revision: number): string {
  return `<!DOCTYPE html>
<html class="client-nojs" lang="en" dir="ltr">
<head>
<meta charset="UTF-8">
<title>${escape(title)} - Wikipedia</title>
<script>RLCONF={"wgRevisionId":${revision},"wgTitle":"${title}"};</script>
</head>
<body class="skin--responsive skin-vector mediawiki ltr">
<div id="mw-content-text"><div class="mw-content-ltr mw-parser-output" lang="en" dir="ltr">
<p>The <b>S&amp;P 500</b> is a stock market index of 500 companies; the list has ${members.length} symbols, because some companies list two classes of shares.<sup id="cite_ref-1" class="reference"><a href="#cite_note-1"><span class="cite-bracket">&#91;</span>1<span class="cite-bracket">&#93;</span></a></sup></p>
<table class="wikitable sortable mw-collapsible sticky-header" id="constituents">

<tbody><tr>
<th><a href="/wiki/Ticker_symbol" title="Ticker symbol">Symbol</a>
</th>
<th>Security</th>
<th><a href="/wiki/Global_Industry_Classification_Standard" title="Global Industry Classification Standard">GICS</a> Sector</th>
<th>GICS Sub-Industry</th>
<th>Headquarters Location</th>
<th>Date added</th>
<th><a href="/wiki/Central_Index_Key" title="Central Index Key">CIK</a></th>
<th>Founded
</th></tr>
${members.map(memberRow).join('\n')}</tbody></table>
<table class="wikitable sortable" id="changes">

<tbody><tr>
<th data-sort-type="date" rowspan="2">Effective Date
</th>
<th colspan="2">Added
</th>
<th colspan="2">Removed
</th>
<th rowspan="2">Reason
</th></tr>
<tr>
<th>Ticker</th>
<th>Security</th>
<th>Ticker</th>
<th>Security
</th></tr>
${changes.map(changeRow).join('\n')}</tbody></table>
</div></div>
</body></html>
`
}

function memberRow(member: Member, index: number): string {
  const quote =
    member.exchange === 'NYSE'
      ? `https://www.nyse.com/quote/XNYS:${member.symbol}`
      : `https://www.nasdaq.com/market-activity/stocks/${member.symbol.toLowerCase()}`
  // Some cells have a reference, which is not part of the value.
  const note = (every: number) => (member.cik.charCodeAt(9) % 10 === every ? reference((index % 40) + 2) : '')
  const name = member.name.replace(/ \((Class [ABC])\)$/, '')
  return `<tr>
<td><a rel="nofollow" class="external text" href="${escape(quote)}">${escape(member.symbol)}</a>
</td>
<td>${wikiLink(name, name)}${escape(member.name.slice(name.length))}</td>
<td>${escape(member.sector)}</td>
<td>${escape(member.industry)}</td>
<td>${index % 2 === 0 ? wikiLink(`${member.city}, ${member.region}`, `${member.city}, ${member.region}`) : `${wikiLink(member.city, member.city)}, ${escape(member.region)}`}${note(1)}</td>
<td>${member.dateAdded}${note(7)}</td>
<td>${member.cik}</td>
<td>${escape(member.founded)}
</td></tr>`
}

/** Formats a date as `November 23, 2026`. */
const longDate = new Intl.DateTimeFormat('en-US', {dateStyle: 'long', timeZone: 'UTC'})

function changeRow({atMs, added, removed, reason}: InventedChange, index: number): string {
  const side = (member: Member | null) =>
    `<td>${escape(member?.symbol ?? '')}\n</td>\n<td>${member ? wikiLink(member.name, member.name) : ''}\n</td>`
  return `<tr>
<td>${longDate.format(atMs)}
</td>
${side(added)}
${side(removed)}
<td>${escape(reason)}${reference(index + 6)}
</td></tr>`
}

function wikiLink(article: string, label: string): string {
  return `<a href="/wiki/${encodeURIComponent(article.replaceAll(' ', '_'))}" title="${escape(article)}">${escape(label)}</a>`
}

function reference(n: number): string {
  return `<sup id="cite&#95;ref-${n}" class="reference"><a href="#cite_note-${n}"><span class="cite-bracket">&#91;</span>${n}<span class="cite-bracket">&#93;</span></a></sup>`
}

function escape(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
