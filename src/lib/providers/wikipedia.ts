import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'

/**
 * The English Wikipedia. It requires serial requests and a User-Agent with a contact; `{contact}` is the
 * setting FIN_CONTACT.
 */
export const wikipedia = defineProvider({
  name: 'wikipedia',
  baseUrl: 'https://en.wikipedia.org',
  headers: {'user-agent': 'fin/0.1 ({contact}) node-fetch'},
  limits: [{requests: 1, per: 'second', of: 'address', window: 'sliding'}],
  refusal,
})

/** One article as HTML: `page('List_of_S&P_500_companies')`. */
export function page(title: string): HttpRequest {
  return {path: `/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`, as: 'text'}
}

function refusal(answer: Answer): Refusal | undefined {
  const start = answer.text.slice(0, 500)
  if (/^\s*Please (set a user-agent|respect our robot policy)/i.test(start))
    return {
      next: 'stop',
      of: 'request',
      why: 'it requires a User-Agent with a contact: set FIN_CONTACT to your e-mail or web address',
    }
  if (/^\s*(You are making too many requests|Too many requests)/i.test(start))
    return {next: 'wait', why: 'too many requests'}
  const error = isItem(answer.json) ? answer.json['error'] : undefined
  if (!isItem(error)) return undefined
  const why = typeof error['info'] === 'string' ? error['info'] : 'an error of the API'
  const code = typeof error['code'] === 'string' ? error['code'] : ''
  if (code === 'ratelimited') return {next: 'wait', why}
  if (code === 'maxlag') return {next: 'wait', of: 'request', why} // its databases lag behind
  return code === 'missingtitle' ? {next: 'skip', why} : {next: 'stop', of: 'request', why}
}
