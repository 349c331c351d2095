// The source of dist/start/fin.cjs: oclif, and what it finds by its path. bin/bundle.mjs makes one file of
// it, bin/load.js runs that.
import {join, relative} from 'node:path'
import moduleLoader from '../node_modules/@oclif/core/lib/module-loader.js'
import os from '../node_modules/@oclif/core/lib/util/os.js'
import modules from 'modules of fin' // path -> how to evaluate it; written by bin/bundle.mjs

export {run} from '@oclif/core/run'
export const report = () => import('../dist/src/lib/output/report.js')

// oclif goes on finding commands and hooks by their path. What lies in the bundle comes from there,
// everything else from its file.
const {loadWithData, loadWithDataFromManifest} = moduleLoader
moduleLoader.loadWithDataFromManifest = async (cached, root) =>
  (await inBundle(root, cached.relativePath?.join('/'))) ?? loadWithDataFromManifest(cached, root)
moduleLoader.loadWithData = async (plugin, path) =>
  (await inBundle(plugin.root, `${relative(plugin.root, path)}.js`)) ?? loadWithData(plugin, path)

async function inBundle(root, path) {
  const file = path?.replaceAll('\\', '/')
  return Object.hasOwn(modules, file)
    ? {isESM: true, filePath: join(root, file), module: await modules[file]()}
    : undefined
}

// oclif asks six modules whether this is Windows' Linux, which nothing here wants to know. Wrapped there so
// that it can be replaced.
os.getPlatform = async () => process.platform
