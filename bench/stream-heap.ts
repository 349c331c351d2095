/** Measures whether the memory of the streams grows: their heaps after a collection, in ten minutes. */
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import {WebSocket} from 'ws'
import {freePort} from '../test/servers/guarded.js'
import {count, median} from './figures.js'
import type {Figure} from './main.js'
import {setting, storedTrades, withFreshDatabase, withServers} from './stream.js'
import {startGenerator} from './stream-drive.js'
import {fin} from './stream-pipelines.js'
import {symbols} from './stream-trades.js'

const tradesPerSecond = 1000
const warmUpSeconds = 30

/** FIN_BENCH_SECONDS is the time of the measurement (default 600). */
export function streamHeap(): Promise<Figure[]> {
  const seconds = setting('FIN_BENCH_SECONDS') ?? 600
  return withServers((database, places) =>
    withFreshDatabase(database, true, async (databaseUrl) => {
      const generator = await startGenerator()
      const client = new pg.Client(databaseUrl)
      await client.connect()
      const ports = [await freePort(), await freePort()]
      const pipeline = await fin({...places, databaseUrl, url: generator.url}, ports.map(inspected))
      try {
        await Promise.race([generator.subscribed(symbols.length), pipeline.ended])
        const stored = storedTrades(client, pipeline.ended)
        await generator.send({seconds: warmUpSeconds, tradesPerSecond}, stored)
        const sending = generator.send({seconds, tradesPerSecond}, stored)
        const halves = [await heapsDuring(seconds / 2, ports), await heapsDuring(seconds / 2, ports)]
        await sending
        return ['consumer', 'producer'].map((what, which) => {
          const [before, after] = halves.map((heaps) => median(heaps.map((both) => both[which]!)))
          return {
            what: `${what}: heap after a collection, in the last half of ${count(seconds / 60)} minutes`,
            figure: `${count(after! / 1000)} kB`,
            beside: [
              `the half before: ${count(before! / 1000)} kB`,
              `ratio ${(after! / before!).toFixed(3)}`,
              `peak memory ${count(pipeline.peaks()[1 - which]! / 1_000_000)} MB`,
            ].join(', '),
          }
        })
      } finally {
        pipeline.stop()
        generator.stop()
        await client.end()
      }
    }),
  )
}

const inspected = (port: number) => `--inspect=127.0.0.1:${port}`

/** The heaps of all processes in bytes, ten times. */
async function heapsDuring(seconds: number, ports: readonly number[]): Promise<number[][]> {
  const heaps: number[][] = []
  while (heaps.length < 10) {
    await pause(seconds * 100)
    heaps.push(await Promise.all(ports.map(heapAfterCollection)))
  }
  return heaps
}

/** The bytes of live objects of the process whose inspector listens at a port. */
async function heapAfterCollection(port: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(target!.webSocketDebuggerUrl)
  try {
    return await new Promise<number>((resolve, reject) => {
      const requests = [
        {method: 'HeapProfiler.collectGarbage'},
        {method: 'Runtime.evaluate', params: {expression: 'process.memoryUsage().heapUsed'}},
      ]
      socket.on('open', () => {
        for (const [id, request] of requests.entries()) socket.send(JSON.stringify({id, ...request}))
      })
      socket.on('message', (message: Buffer) => {
        const {id, result} = JSON.parse(message.toString()) as {
          id: number
          result?: {result: {value: number}}
        }
        if (id === 1) resolve(result!.result.value)
      })
      socket.on('error', reject)
    })
  } finally {
    socket.close()
  }
}
