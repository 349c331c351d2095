/**
 * The packages that parse HTML, loaded on first use. Commands that know all jobs, such as `fin status`, load
 * the declarations of jobs that parse pages, and would load these packages with them.
 */
import {createRequire} from 'node:module'

const require = createRequire(import.meta.url)

export const cheerio = () => require('cheerio/slim') as typeof import('cheerio/slim')
export const htmlparser2 = () => require('htmlparser2') as typeof import('htmlparser2')
