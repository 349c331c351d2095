import {etfProfile} from '../../lib/collectors/etf-profile.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestEtfProfile extends ingestCommand(etfProfile) {}
