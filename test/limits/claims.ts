/** The claims of all jobs on the quotas of their providers, from the commands of fin. */
import {Config} from '@oclif/core'
import {jobClaims} from '../../src/lib/cli/jobs.js'
import {root} from '../paths.js'

export const claims = await jobClaims((await Config.load(root)).commands)

export const claimsOn = (provider: string) => claims.filter((claim) => claim.provider === provider)
