/**
 * Loads the packages that parse HTML on first use. A command that reads the declarations of all jobs, such as
 * `fin status`, parses no page and starts faster without them.
 */
import {createRequire} from 'node:module'

const require = createRequire(import.meta.url)

export const cheerio = () => require('cheerio/slim') as typeof import('cheerio/slim')
export const htmlparser2 = () => require('htmlparser2') as typeof import('htmlparser2')
