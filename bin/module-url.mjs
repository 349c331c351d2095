// The address of the bundle, by which bin/bundle.mjs replaces `import.meta.url`.
import {pathToFileURL} from 'node:url'

export const moduleUrl = pathToFileURL(__filename).href
