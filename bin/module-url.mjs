// What bin/bundle.mjs puts in place of `import.meta.url`: the address of the bundle.
import {pathToFileURL} from 'node:url'

export const moduleUrl = pathToFileURL(__filename).href
