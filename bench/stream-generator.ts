/**
 * A process that sends trades as Finnhub's socket does. The process that started it says how much, and
 * reports how many trades are stored.
 */
import {createServer, type IncomingMessage} from 'node:http'
import {type AddressInfo} from 'node:net'
import {type WebSocket, WebSocketServer} from 'ws'
import {randomTrade, tradesPerFrame} from './stream-trades.js'

/** Either a rate, or a window: the most trades that are sent and not stored yet. */
export type Load = {seconds: number} & ({tradesPerSecond: number} | {window: number})

export type Order = {load: Load} | {stored: number}

export interface Progress {
  subscribed: number
  sent: number
  /** True if the load is sent completely. */
  isDone: boolean
}

const tickMs = 4
const mostBufferedBytes = 8_000_000
const poolSize = 5000

const subscribed = new Set<string>()
/** Trades without their times: what comes before and after it. */
let pool: [string, string][] = []
let reader: {socket: WebSocket; stream: IncomingMessage['socket']} | undefined
let sent = 0
let stored = 0
let load: {window: number; untilMs: number; framesPerMs: number; beganMs: number; frames: number} | undefined

function frame(): string {
  const now = Date.now()
  let items = ''
  for (let place = 0; place < tradesPerFrame; place++) {
    const [head, tail] = pool[Math.floor(Math.random() * pool.length)]!
    items += `${place === 0 ? '' : ','}${head}${now}${tail}`
  }
  return `{"data":[${items}],"type":"trade"}`
}

function begin(next: Load): void {
  pool = Array.from({length: poolSize}, (_, index) => {
    const {c, p, s, v} = randomTrade([...subscribed][index % subscribed.size]!, 0)
    return [`{"c":${JSON.stringify(c)},"p":${p},"s":"${s}","t":`, `,"v":${v}}`]
  })
  const beganMs = performance.now()
  const isPaced = 'tradesPerSecond' in next
  const framesPerMs = isPaced ? next.tradesPerSecond / tradesPerFrame / 1000 : Infinity
  load = {
    window: isPaced ? Infinity : next.window,
    untilMs: beganMs + next.seconds * 1000,
    framesPerMs,
    beganMs,
    frames: 0,
  }
}

/** Sends what is due: up to the rate, and never more than the window or the buffer of the socket holds. */
function tick(): void {
  if (!load || !reader) return
  const nowMs = Math.min(performance.now(), load.untilMs)
  const due = (nowMs - load.beganMs) * load.framesPerMs
  reader.stream.cork()
  while (
    load.frames < due &&
    sent - stored < load.window &&
    reader.socket.bufferedAmount + reader.stream.writableLength < mostBufferedBytes
  ) {
    reader.socket.send(frame())
    load.frames++
    sent += tradesPerFrame
  }
  reader.stream.uncork()
  if (nowMs === load.untilMs && (load.framesPerMs === Infinity || load.frames >= due)) load = undefined
}

const server = createServer((_request, response) => {
  response.writeHead(404).end()
}).listen(0, '127.0.0.1', () => {
  process.send!({url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`})
})
new WebSocketServer({server}).on('connection', (socket, request) => {
  reader = {socket, stream: request.socket}
  socket.on('message', (message: Buffer) => {
    const {type, symbol} = JSON.parse(message.toString()) as {type?: string; symbol?: string}
    if (type === 'subscribe' && symbol !== undefined) subscribed.add(symbol)
  })
})
setInterval(tick, tickMs)
process.on('message', (order: Order) => {
  if ('load' in order) begin(order.load)
  else {
    stored = order.stored
    process.send!({subscribed: subscribed.size, sent, isDone: load === undefined} satisfies Progress)
  }
})
process.once('disconnect', () => process.kill(process.pid))
