/**
 * Real servers for tests, and the built `fin` as a process. PostgreSQL is always present; Redis and Kafka may
 * be missing: then `skipReason` says why, and the test is reported as skipped with it.
 */
export {fin, type FinRun} from './servers/fin.js'
export {kafka} from './servers/kafka.js'
export {pgbouncer} from './servers/pgbouncer.js'
export {postgres, type Postgres, waitingForTable} from './servers/postgres.js'
export {type Optional} from './servers/optional.js'
export {redis} from './servers/redis.js'
