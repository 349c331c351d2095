import type {Hook} from '@oclif/core/hooks'
import {unknownCommand} from '../lib/output/suggest.js'

/** oclif calls this for a name it does not know. */
const hook: Hook<'command_not_found'> = async ({id, config}) => {
  throw unknownCommand(id, config.commandIDs)
}

export default hook
