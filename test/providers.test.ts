/** Every documented and every recorded refusal of each provider, with its meaning; data are not refusals. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Answer, Provider, Refusal} from '../src/lib/define.js'
import {NeedsPerson, recordIt, TryLater, UnexpectedBody} from '../src/lib/errors.js'
import {jsonOrUndefined} from '../src/lib/json.js'
import {classifyAnswer} from '../src/lib/http/classify-answer.js'
import {refused} from '../src/lib/http/request-state.js'
import {alphaVantage, query} from '../src/lib/providers/alpha-vantage.js'
import {bithumb, tickers} from '../src/lib/providers/bithumb.js'
import {coinMarkets, coingecko} from '../src/lib/providers/coingecko.js'
import {newsOfCompany, finnhub, news} from '../src/lib/providers/finnhub.js'
import {fred, observations} from '../src/lib/providers/fred.js'
import {everything, headlineSources, newsapi, topHeadlines} from '../src/lib/providers/newsapi.js'
import {page, wikipedia} from '../src/lib/providers/wikipedia.js'
import {
  lookup,
  statusesAfter,
  trendingTags,
  trendingTruths,
  truthSocial,
} from '../src/lib/providers/truth-social.js'
import {timeline, usersBy, x} from '../src/lib/providers/x.js'
import {fixture, fixtureNames, fixturesSkip} from './fixtures.js'

const at = new Date('2026-01-31T12:00:00Z')

function answerOf(text: string, status = 200): Answer {
  return {status, headers: {}, text, json: jsonOrUndefined(text), at}
}

/** `skip`, `stop`, `stop request`, `wait 60` (seconds), `wait`. */
function shortly(refusal: Refusal | undefined): string {
  if (refusal === undefined) return 'data'
  const until = refusal.until === undefined ? '' : ` ${(refusal.until.getTime() - at.getTime()) / 1_000}`
  return `${refusal.next}${refusal.of === 'request' ? ' request' : ''}${refusal.unsure ? ' unsure' : ''}${until}`
}

const dayS = 24 * 3_600
const nextMonthS = (Date.parse('2026-02-01T00:00:00Z') - at.getTime()) / 1_000

type Case = [body: unknown, expected: string, status?: number]
const cases: [Provider, Case[]][] = [
  [
    fred,
    [
      [
        {
          error_code: 400,
          error_message: 'Bad Request.  The value for variable api_key is not registered.  Read https://x',
        },
        'stop unsure',
        400,
      ],
      [
        {error_code: 400, error_message: 'Bad Request.  Variable api_key is not set.  Read https://x'},
        'stop',
        400,
      ],
      [{error_code: 500, error_message: 'Internal Server Error'}, 'wait request', 500],
      [
        {error_code: 400, error_message: 'Bad Request.  Value of limit is not between 1 and 100000.'},
        'stop request',
        400,
      ],
      [
        '<?xml version="1.0" encoding="utf-8" ?>\n<error code="400" message="Bad Request.  The series does not exist." />',
        'skip',
        400,
      ],
      [
        '<?xml version="1.0"?>\n<error code="429" message="Too Many Requests.  Exceeded Rate Limit"/>',
        'wait 2',
        429,
      ],
      [`<?xml version='1.0'?><error message='The series does not exist.' code='400'></error>`, 'skip', 400],
      [{realtime_start: '2026-01-01', count: 1, observations: [{date: '2026-01-01', value: '.'}]}, 'data'],
    ],
  ],
  [
    alphaVantage,
    [
      [
        {
          Information:
            'Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints',
        },
        'wait',
      ],
      [
        {
          Information:
            'We have detected your API key as ABC and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits.',
        },
        `spent ${dayS}`,
      ],
      [
        {
          Information:
            'Thank you for using Alpha Vantage! Our standard API rate limit is 25 requests per day.',
        },
        `spent ${dayS}`,
      ],
      [
        {
          Information:
            'Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly unlock all premium endpoints',
        },
        'stop request',
      ],
      [
        {
          Information:
            'Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint.',
        },
        'stop request',
      ],
      [{Information: 'the parameter apikey is invalid or missing. Please claim your free API key'}, 'stop'],
      [
        {
          Information:
            'The **demo** API key is for demo purposes only. Please claim your free API key at (https://www.alphavantage.co/support/#api-key) to explore our full API offerings.',
        },
        'stop',
      ],
      [{Information: 'No articles found. Please adjust your search criteria.'}, 'data'],
      [
        {
          Information:
            'Invalid inputs. Please refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again.',
        },
        'skip',
      ],
      [{items: '0', sentiment_score_definition: 'x', feed: []}, 'data'],
      [{Information: 'Something nobody has seen yet.'}, 'stop request'],
      [{detail: 'Could not satisfy the request Accept header.'}, 'stop request'],
      [{}, 'skip'],
      [{net_assets: 'n/a', sectors: [], holdings: []}, 'skip'],
      [{net_assets: '5', holdings: []}, 'data'],
      [{symbol: 'X', annualReports: [], quarterlyReports: []}, 'skip'],
      [{name: 'CPI', interval: 'monthly', unit: 'x', data: []}, 'data'],
      [{Symbol: 'IBM', Information: 'a field', Name: 'x', Country: 'US'}, 'data'],
      ['symbol,name,reportDate\nINFO,Information Corp,2026-02-01\n', 'data'],
    ],
  ],
  [
    coingecko,
    [
      ['error code: 1015', 'wait 60', 429],
      ['error code: 1020', 'stop request', 403],
      [{status: {error_code: 429, error_message: "You've exceeded the Rate Limit."}}, 'wait 60', 200],
      [
        {status: {error_code: 429, error_message: "You've reached the monthly credit limit of your plan."}},
        `spent ${nextMonthS}`,
        429,
      ],
      [
        {
          status: {
            timestamp: 'x',
            error_code: 10002,
            error_message: "API Key Missing. Please make sure you're using the right authentication method.",
          },
        },
        'stop request',
        401,
      ],
      [
        {status: {error_code: 10005, error_message: 'This request is limited to PRO API subscribers.'}},
        'stop request',
        401,
      ],
      [
        {
          timestamp: 'x',
          error_code: 10010,
          status: {error_message: 'If you are using Pro API key, please change your root URL'},
        },
        'stop',
        400,
      ],
      [{status: {error_code: 503, error_message: 'Service unavailable'}}, 'wait request', 503],
      [{error: 'Could not find coin with the given id: not found'}, 'skip', 404],
      [
        '<html><head><title>Access denied | api.coingecko.com used Cloudflare to restrict access</title></head><body>Error 1020</body></html>',
        'stop request',
        403,
      ],
      [[], 'data'],
      [{data: {active_cryptocurrencies: 1}}, 'data'],
      [{id: 'bitcoin', symbol: 'btc', status_updates: []}, 'data'],
      [{name: 'Bitcoin', tickers: []}, 'data'],
    ],
  ],
  [
    bithumb,
    [
      [
        {error: {name: '400', message: "Parameter 'markets' must be less than or equal to 200 items."}},
        'stop request',
      ],
      [{error: {name: 'too_many_requests', message: 'x'}}, 'wait 60', 429],
      [{error: {name: 429, message: 'x'}}, 'wait 60'],
      [{error: {name: 500, message: 'x'}}, 'wait request'],
      [{name: 'not_found', message: 'x'}, 'stop request', 404],
      [{status: '5100', message: 'Bad Request'}, 'stop request'],
      [{status: '5600', message: 'x'}, 'stop request'],
      [{status: '5900', message: 'Unknown Error'}, 'wait request'],
      ['', 'stop request', 414],
      [{status: '0000', data: {}}, 'data'],
      [[{market: 'KRW-BTC', trade_price: 1}], 'data'],
      [{market: 'KRW-BTC', trade_price: 1, name: 'x'}, 'data'],
    ],
  ],
  [
    finnhub,
    [
      [{error: 'API limit reached. Please try again later. Remaining Limit: 0'}, 'wait 60', 429],
      [{error: 'API limit reached.'}, 'wait 60', 429],
      ['API limit reached. Please try again later.', 'wait 60', 429],
      [
        'API limit reached. Please sign up for a free account at https://finnhub.io/register',
        'stop request unsure',
        429,
      ],
      [{error: 'API limit reached. Please sign up for a free account'}, 'stop request unsure', 429],
      [{error: 'Invalid API key'}, 'stop', 401],
      [{error: 'Please use an API key.'}, 'stop', 401],
      ['Invalid API key', 'stop', 401],
      [{error: "You don't have access to this resource."}, 'stop request', 403],
      [{error: 'Symbol not supported.'}, 'skip', 422],
      [{error: 'Internal error'}, 'wait request', 200],
      [{error: 'Something nobody has seen yet.'}, 'stop request', 422],
      [{c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0}, 'skip'],
      [{c: 308.82, d: 3.83, dp: 1.2558, h: 311.4, l: 305.84, o: 306.12, pc: 304.99, t: 1779480000}, 'data'],
      ['<html><head><title>502 Bad Gateway</title></head><body>too many requests</body></html>', 'data', 502],
      [[], 'data'],
      [[{headline: 'API limit reached at last', error: 'x'}], 'data'],
      [{earningsCalendar: []}, 'data'],
    ],
  ],
  [
    newsapi,
    [
      [{status: 'error', code: 'apiKeyDisabled', message: 'Your API key has been disabled.'}, 'stop', 401],
      [
        {status: 'error', code: 'apiKeyExhausted', message: 'Your API key has no more requests available.'},
        `spent ${dayS / 2}`,
        401,
      ],
      [
        {
          status: 'error',
          code: 'rateLimited',
          message:
            'You have made too many requests recently. Developer accounts are limited to 500 requests over a 24 hour period.',
        },
        `spent ${dayS / 2}`,
        429,
      ],
      [
        {
          status: 'error',
          code: 'parameterInvalid',
          message:
            'You are trying to request results too far in the past. Your plan permits you to request articles as far back as 2025-12-31, but you have requested 2025-12-01.',
        },
        'stop request',
        426,
      ],
      [
        {
          status: 'error',
          code: 'corsNotAllowed',
          message: 'Requests from the browser are not allowed on the Developer plan, except from localhost.',
        },
        'stop request',
        426,
      ],
      [
        {status: 'error', code: 'parameterInvalid', message: 'The category parameter is invalid.'},
        'stop request',
        400,
      ],
      [
        {
          status: 'error',
          code: 'parametersMissing',
          message: 'Required parameters are missing, the scope of your search is too broad.',
        },
        'stop request',
        400,
      ],
      [
        {
          status: 'error',
          code: 'sourcesTooMany',
          message: 'You have requested too many sources in a single request.',
        },
        'stop request',
        400,
      ],
      [
        {
          status: 'error',
          code: 'sourceDoesNotExist',
          message: 'You have requested a source which does not exist.',
        },
        'skip',
        400,
      ],
      [{status: 'error', code: 'unexpectedError', message: 'This should not happen.'}, 'wait request', 500],
      [{status: 'error'}, 'stop request', 400],
      [
        {status: 'ok', totalResults: 1, articles: [{title: 'error', publishedAt: '2026-01-01T00:00:00Z'}]},
        'data',
      ],
      [{status: 'ok', sources: []}, 'data'],
    ],
  ],
  [
    wikipedia,
    [
      [
        'Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also https://phabricator.wikimedia.org/T400119.\n',
        'stop request',
        403,
      ],
      ['You are making too many requests; slow down', 'wait', 429],
      [{error: {code: 'missingtitle', info: "The page you specified doesn't exist."}}, 'skip'],
      [{error: {code: 'maxlag', info: 'Waiting for a database'}}, 'wait request'],
      [{error: {code: 'ratelimited', info: "You've exceeded your rate limit."}}, 'wait'],
      ['<!DOCTYPE html><title>List of S&amp;P 500 companies</title><p>Please set a user-agent</p>', 'data'],
    ],
  ],
  [
    x,
    [
      [
        {
          title: 'UsageCapExceeded',
          detail: 'Usage cap exceeded: Monthly product cap',
          period: 'Monthly',
          type: 'https://api.twitter.com/2/problems/usage-capped',
        },
        `spent ${nextMonthS}`,
        429,
      ],
      [
        {
          title: 'UsageCapExceeded',
          detail: 'Usage cap exceeded: Daily',
          period: 'Daily',
          type: 'https://api.twitter.com/2/problems/usage-capped',
        },
        `spent ${dayS / 2}`,
        429,
      ],
      [{errors: [{code: 88, message: 'Rate limit exceeded'}]}, 'wait', 429],
      [{errors: [{message: 'Rate limit exceeded', code: 88}]}, 'wait'],
      [
        {title: 'Service Unavailable', detail: 'Service Unavailable', type: 'about:blank', status: 503},
        'wait request',
        503,
      ],
      [
        {
          title: 'Not Found Error',
          detail: 'x',
          type: 'https://api.twitter.com/2/problems/resource-not-found',
        },
        'skip',
        404,
      ],
      [
        {
          errors: [
            {
              parameter: 'id',
              resource_type: 'user',
              title: 'Not Found Error',
              detail: 'Could not find user with id: [1].',
              value: '1',
            },
          ],
        },
        'skip',
      ],
      [
        {
          title: 'Unsupported Authentication',
          detail: 'Authenticating with OAuth 2.0 Application-Only is forbidden',
          type: 'https://api.twitter.com/2/problems/unsupported-authentication',
          status: 403,
        },
        'stop request',
        403,
      ],
      [
        {
          errors: [
            {parameter: 'usernames', title: 'Forbidden', detail: 'User has been suspended: [a].', value: 'a'},
          ],
        },
        'data',
      ],
      [
        {
          data: [{id: '1', text: 'a'}],
          errors: [{parameter: 'referenced_tweets.id', title: 'Not Found Error', detail: 'gone'}],
        },
        'data',
      ],
      [{meta: {result_count: 0}}, 'data'],
      [{id: '1', text: 'a', title: 'a field'}, 'data'],
    ],
  ],
  [
    truthSocial,
    [
      ['<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>', 'blocked', 403],
      ['<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>', 'blocked', 503],
      [
        '<html><head><title>Access denied | truthsocial.com used Cloudflare to restrict access</title></head></html>',
        'blocked',
        429,
      ],
      ['<html><head><title>Sign in</title></head></html>', 'blocked', 200],
      ['<html><head><title>502 Bad Gateway</title></head></html>', 'data', 502],
      [{error: 'This service is unavailable in your area'}, 'blocked', 403],
      [{error: 'record not found'}, 'skip', 404],
      [{error: 'The access token was revoked'}, 'stop', 401],
      [{error: 'The access token is invalid'}, 'stop', 401],
      [{error: 'This method requires an authenticated user'}, `wait request ${dayS / 2}`, 401],
      [{error: 'This action is not allowed'}, `wait request ${dayS / 2}`, 403],
      [{error: 'Validation failed'}, `wait request ${dayS / 2}`, 422],
      [{error: 'Too many requests'}, 'wait', 429],
      [{error: 'Something went wrong'}, 'data', 500],
      [{id: '1', content: '<p></p>'}, 'data'],
      [[], 'data'],
    ],
  ],
]

for (const [provider, list] of cases)
  test(`${provider.name}: every documented refusal is recognised`, () => {
    for (const [body, expected, status] of list) {
      const refusal = provider.refusal?.(
        answerOf(typeof body === 'string' ? body : JSON.stringify(body), status),
      )
      assert.equal(shortly(refusal), expected, JSON.stringify(body))
      if (refusal) assert.ok(refusal.why.length > 3)
    }
  })

const recorded: [Provider, string, Record<string, string>][] = [
  [
    fred,
    'fred',
    {
      'error-400-bad-key.json': 'stop',
      'error-400-key-not-registered.json': 'stop unsure',
      'error-400-unknown-series.json': 'skip',
      'error-429.json': 'wait 2',
    },
  ],
  [
    alphaVantage,
    'alphavantage',
    {
      'error-invalid-apikey.json': 'stop',
      'error-invalid-call.json': 'skip',
      'error-rate-limit-information-2025.json': 'wait',
      'error-rate-limit-note-legacy.json': 'wait',
    },
  ],
  [
    coingecko,
    'coingecko',
    {
      'error-400-demo-key-on-pro-host.json': 'stop',
      'error-401-time-range.json': 'stop request',
      'error-404-coin-not-found.json': 'skip',
      'error-422-missing-vs-currency.json': 'stop request',
      'error-429-cloudflare.html': 'wait 60',
      'error-429-rate-limit.json': 'wait 60',
    },
  ],
  [bithumb, 'bithumb', {'error-public-5500.json': 'skip', 'error-v1-code-not-found.json': 'skip'}],
  [
    finnhub,
    'finnhub',
    {
      'error-401-invalid-key.json': 'stop',
      'error-403-premium.json': 'stop request',
      'error-429-limit.json': 'wait 60',
    },
  ],
  [
    newsapi,
    'newsapi',
    {
      'error-401-key-invalid.json': 'stop',
      'error-401-key-missing.json': 'stop',
      'error-426-maximum-results.json': 'stop request',
      'error-429-rate-limited.json': `spent ${dayS / 2}`,
    },
  ],
  [wikipedia, 'wikipedia', {'error-403-no-user-agent.txt': 'stop request'}],
  [
    x,
    'x',
    {
      'error-200-user-not-found.json': 'data',
      'error-200-user-suspended.json': 'data',
      'error-400-invalid-request.json': 'stop request',
      'error-401-bad-token.json': 'stop',
      'error-402-credits-depleted.json': `spent ${nextMonthS}`,
      'error-403-client-not-enrolled.json': 'stop',
      'error-429-rate-limit.json': 'wait',
      'error-429-usage-cap.json': `spent ${nextMonthS}`,
    },
  ],
  [
    truthSocial,
    'truthsocial',
    {
      'error-401-invalid-grant.json': 'stop',
      'error-403-cloudflare-blocked.html': 'blocked',
      'error-403-cloudflare-challenge.html': 'blocked',
      'error-404-record-not-found.json': 'skip',
      'error-429.json': 'wait',
    },
  ],
]

for (const [provider, folder, errors] of recorded)
  test(
    `${provider.name}: every recorded refusal is recognised, also without its status, and no recorded data is a refusal`,
    {skip: fixturesSkip},
    () => {
      const names = fixtureNames(folder)
      assert.deepEqual(
        names.filter((name) => name.includes('/error-')),
        Object.keys(errors)
          .map((name) => `${folder}/${name}`)
          .sort(),
        'each recorded error has its expectation',
      )
      for (const name of names.filter((one) => !one.includes('headers') && !one.includes('/ws-'))) {
        const expected =
          errors[name.slice(folder.length + 1)] ?? (name.endsWith('unknown-symbol.json') ? 'skip' : 'data')
        const text = fixture(name)
        const status = Number(/error-(\d{3})/.exec(name)?.[1] ?? 200)
        assert.equal(shortly(provider.refusal?.(answerOf(text, status))), expected, name)
        assert.equal(shortly(provider.refusal?.(answerOf(text))), expected, `${name} with status 200`)
        const verdict = classifyAnswer(answerOf(text), {
          provider,
          target: 'x',
          as: 'either',
          redact: (plain) => plain,
        })
        if (!name.endsWith('.html') && !name.endsWith('.xml'))
          assert.equal('refusal' in verdict, expected !== 'data', name)
      }
    },
  )

test('a 5xx answer is an outage, whatever its body says', () => {
  const outages: [Provider, unknown, number][] = [
    [coingecko, {error: 'Internal Server Error'}, 500],
    [coingecko, {error: 'not found'}, 502],
    [coingecko, {status: {error_code: 10010, error_message: 'invalid api key'}}, 503],
    [coingecko, {status: {error_code: 503, error_message: 'Service unavailable'}}, 200],
    [bithumb, {error: {name: 'server_error', message: 'x'}}, 500],
    [bithumb, {error: {name: 500, message: 'x'}}, 200],
    [bithumb, {status: '5900', message: 'Unknown Error'}, 200],
    [
      fred,
      {error_code: 400, error_message: 'Bad Request.  The value for variable api_key is not registered.'},
      500,
    ],
    [fred, {error_code: 504, error_message: 'Gateway Timeout'}, 200],
    [fred, {error_code: 408, error_message: 'Request Timeout'}, 408],
    [alphaVantage, {Information: 'Something went wrong.'}, 500],
    [alphaVantage, {}, 503],
    [alphaVantage, {detail: 'Too early.'}, 425],
    [finnhub, {error: 'Invalid API key'}, 500],
    [finnhub, {error: 'Internal error'}, 200],
    [newsapi, {status: 'error', code: 'unexpectedError', message: 'This should not happen.'}, 500],
    [newsapi, {status: 'error', code: 'apiKeyInvalid', message: 'Your API key is invalid.'}, 500],
    [wikipedia, {error: {code: 'maxlag', info: 'Waiting for a database'}}, 200],
    [wikipedia, {error: {code: 'internal_api_error', info: 'x'}}, 500],
  ]
  const about = {target: 'x', as: 'either', redact: (plain: string) => plain} as const
  for (const [provider, body, status] of outages) {
    const verdict = classifyAnswer(answerOf(JSON.stringify(body), status), {provider, ...about})
    assert.ok(
      'error' in verdict && verdict.error instanceof TryLater,
      `${provider.name} ${status} ${JSON.stringify(body)}`,
    )
    assert.deepEqual([verdict.error.provider, verdict.error.target], [provider.name, 'x'])
  }
  for (const [status, title] of [
    [502, 'Bad Gateway'],
    [504, 'Gateway Time-out'],
  ] as const) {
    const verdict = classifyAnswer(
      answerOf(
        `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body><center><h1>${status} ${title}</h1></center></body></html>`,
        status,
      ),
      {provider: finnhub, ...about, as: 'list'},
    )
    assert.ok(
      'error' in verdict && verdict.error instanceof TryLater && verdict.error.message.includes(title),
      `a page of ${status}`,
    )
  }
  const limited = classifyAnswer(answerOf('{"error":{"name":"too_many_requests","message":"x"}}', 503), {
    provider: bithumb,
    ...about,
  })
  assert.ok('refusal' in limited && limited.refusal.next === 'wait', 'the reset time of a limit is used')
  const spent = classifyAnswer(
    answerOf('{"status":{"error_message":"You\'ve reached the monthly credit limit of your plan."}}', 500),
    {provider: coingecko, ...about},
  )
  assert.ok('refusal' in spent && spent.refusal.next === 'spent')
})

test('no content is the empty list if a list is expected, and an error otherwise; a redirect without a target is an error', () => {
  const about = {provider: finnhub, target: 'x', redact: (plain: string) => plain} as const
  assert.deepEqual(classifyAnswer(answerOf('', 204), {...about, as: 'list'}), {body: []})
  for (const verdict of [
    classifyAnswer(answerOf('', 204), {...about, as: 'json'}),
    classifyAnswer(answerOf('', 200), {...about, as: 'list'}),
    classifyAnswer(answerOf('', 302), {...about, as: 'list'}),
  ])
    assert.ok('error' in verdict && verdict.error instanceof UnexpectedBody)
})

test('the reset that Finnhub names is used', () => {
  const limited: Answer = {
    ...answerOf('{"error":"API limit reached. Please try again later. Remaining Limit: 0"}', 429),
    headers: {
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(at.getTime() / 1000 + 17),
    },
  }
  const verdict = classifyAnswer(limited, {
    provider: finnhub,
    target: 'x',
    as: 'list',
    redact: (plain) => plain,
  })
  assert.ok('refusal' in verdict)
  assert.equal(shortly(verdict.refusal), 'wait 17')
})

test('Truth Social: a limit names its reset, the last requests are spaced, and a block page is not an outage', () => {
  const headers = (left: number, reset = '2026-01-31T12:05:00.000000Z') => ({
    'x-ratelimit-limit': '300',
    'x-ratelimit-remaining': String(left),
    'x-ratelimit-reset': reset,
  })
  const holds = (left: number, reset?: string) => {
    const until = truthSocial.accounting!.holdsUntil!({...answerOf('[]'), headers: headers(left, reset)})
    return until === undefined ? undefined : (until.getTime() - at.getTime()) / 1_000
  }
  assert.deepEqual([holds(298), holds(50), holds(49), holds(9), holds(0)], [undefined, undefined, 6, 30, 300])
  assert.deepEqual(
    [holds(0, '2026-01-31T11:59:00.000000Z'), truthSocial.accounting!.holdsUntil!(answerOf('[]'))],
    [undefined, undefined],
  )
  const about = {provider: truthSocial, target: 'x', as: 'json', redact: (plain: string) => plain} as const
  const limited = classifyAnswer(
    {...answerOf('{"error":"Too many requests"}', 429), headers: headers(0)},
    about,
  )
  assert.ok('refusal' in limited && shortly(limited.refusal) === 'wait 300')
  const shut = classifyAnswer(answerOf('<html><title>Just a moment...</title></html>', 503), about)
  assert.ok('refusal' in shut && shut.refusal.next === 'blocked')
  const later = classifyAnswer(answerOf('{"error":"This method requires an authenticated user"}', 403), about)
  assert.ok(
    'error' in later &&
      later.error instanceof TryLater &&
      later.error.until!.getTime() === at.getTime() + 12 * 3_600_000,
    'not requested again at once',
  )
})

test('the page of a bot protection is named as such, and the next step is to try later', () => {
  for (const provider of [bithumb, finnhub]) {
    const about = {provider, target: 'x', as: 'json', redact: (plain: string) => plain} as const
    const found = classifyAnswer(answerOf('<html><title>Just a moment...</title></html>', 403), about)
    assert.ok('refusal' in found)
    const error = refused(found.refusal, {
      ...about,
      request: {path: '/'},
      retriesWithoutHint: new Map(),
      suspect: new Set(),
    })
    assert.ok(error instanceof NeedsPerson && error.ofRequest)
    assert.match(error.message, /HTTP 403: its bot protection blocks this address$/)
    assert.equal(error.nextStep, 'Try again later.')
  }
  assert.match(recordIt, /fin runs --rejected --json/)
})

test('requests are spelled as the providers document them', () => {
  assert.deepEqual(observations('DGS10'), {
    path: '/fred/series/observations',
    query: {series_id: 'DGS10', file_type: 'json'},
  })
  assert.deepEqual(query('CPI', {interval: 'monthly'}), {
    path: '/query',
    query: {function: 'CPI', interval: 'monthly'},
    as: 'json',
  })
  assert.equal(coinMarkets(3).query?.['per_page'], 250)
  assert.deepEqual(newsOfCompany('BRK.B', '2026-11-16', '2026-11-23').query, {
    symbol: 'BRK.B',
    from: '2026-11-16',
    to: '2026-11-23',
  })
  assert.deepEqual(
    [news('forex').query, news('forex', '9007199254740993').query?.['minId']],
    [{category: 'forex', minId: undefined}, '9007199254740993'],
  )
  assert.equal(tickers(['KRW-BTC', 'KRW-ETH']).query?.['markets'], 'KRW-BTC,KRW-ETH')
  assert.deepEqual(topHeadlines({sources: 'bloomberg'}), {
    path: '/v2/top-headlines',
    query: {sources: 'bloomberg', pageSize: 100},
  })
  assert.deepEqual(
    everything('trade war', '2026-11-21T00:00:00', '2026-11-21T23:59:59').query?.['sortBy'],
    'publishedAt',
  )
  assert.equal(headlineSources().path, '/v2/top-headlines/sources')
  assert.equal(page('List of S&P 500 companies').path, '/wiki/List_of_S%26P_500_companies')
  assert.deepEqual(
    [lookup('WhiteHouse').query, trendingTags().query, trendingTruths(10, 10).query],
    [{acct: 'WhiteHouse'}, undefined, {limit: 10, offset: 10}],
  )
  assert.deepEqual(statusesAfter('12', '9007199254740993').query, {
    exclude_replies: 'true',
    limit: 40,
    min_id: '9007199254740993',
  })
  assert.deepEqual(
    [usersBy(['a', 'b']).path, usersBy(['a', 'b']).query?.['usernames'], usersBy(['a', 'b']).cost],
    ['/users/by', 'a,b', {usd: 0.02}],
  )
  assert.deepEqual(
    [timeline('12', {max_results: 50}, '3').path, timeline('12', {max_results: 50}, '3').credential],
    ['/users/12/tweets', '3'],
  )
})

test('X: the plan of each credential sets its limits, and the real cost is counted from the answer', () => {
  const of = (env: Record<string, string>, label: string) =>
    x.accounting!.plans!(env)
      .filter(({credential}) => credential === label)
      .map(({requests, unit, per, needs}) => [requests, unit ?? 'requests', per, ...(needs ? [needs] : [])])
  assert.deepEqual(of({}, '4'), [
    [1, 'requests', '15 minutes'],
    [70, 'requests', 'month'],
  ])
  assert.deepEqual(of({X_PLAN_2: 'Pay-Per-Use'}, '2'), [
    [0, 'usd', 'month', 'X_USD_PER_MONTH_2'],
    [3_000_000, 'posts', 'month'],
  ])
  assert.deepEqual(of({X_PLAN_2: 'basic'}, '2'), [
    [10, 'requests', '15 minutes'],
    [10_000, 'posts', 'month'],
  ])
  assert.throws(() => x.accounting!.plans!({X_PLAN_3: 'gold'}), /X_PLAN_3 is "gold".*not a plan/)
  const spent = (body: unknown, status = 200) => x.accounting!.spent!(answerOf(JSON.stringify(body), status))
  assert.deepEqual(spent({meta: {result_count: 0}}), {posts: 0, usd: 0})
  assert.deepEqual(
    spent({
      data: [
        {id: '1', text: 'a'},
        {id: '2', text: 'b'},
      ],
      includes: {tweets: [{id: '3', text: 'c'}], users: [{id: '4', username: 'd'}]},
    }),
    {posts: 3, usd: 0.025},
  )
  assert.deepEqual(spent({data: [{id: '4', username: 'd'}], errors: []}), {posts: 0, usd: 0.01})
  assert.deepEqual(spent({title: 'CreditsDepleted'}, 402), {posts: 0, usd: 0})
  assert.deepEqual(
    x.accounting!.spent!(answerOf('{"data": [', 200)),
    {},
    'an answer that cannot be read keeps its reservation',
  )
  for (const request of [
    timeline('1', {max_results: 100}, '1'),
    usersBy(Array.from({length: 100}, () => 'a')),
  ])
    assert.ok(request.cost!.usd! > 0.9)
})

test('settings name limits that exist', () => {
  for (const provider of [fred, alphaVantage, coingecko, bithumb, finnhub, newsapi, wikipedia, truthSocial])
    for (const setting of provider.settings ?? []) {
      const limits = [...provider.limits, ...(provider.keyless?.limits ?? [])]
      assert.equal(
        limits.filter((limit) => limit.per === setting.per && limit.of === setting.of).length,
        1,
        setting.variable,
      )
    }
})
