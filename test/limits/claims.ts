/** What all jobs claim of their providers' quota, as the commands of fin bring it. */
import {Config} from '@oclif/core'
import {jobClaims} from '../../src/lib/cli/jobs.js'
import {root} from '../paths.js'

export const claims = await jobClaims((await Config.load(root)).commands)

export const claimsOn = (provider: string) => claims.filter((claim) => claim.provider === provider)
