/** A proxy between fin and PostgreSQL that counts the statements sent through it, failed ones too. */
import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'

export interface CountingProxy {
  /** The address of the database through the proxy. */
  url: string
  /** The text of every statement executed since the last call, in order. */
  takeStatements(): string[]
  close(): Promise<void>
}

export async function openProxy(databaseUrl: string): Promise<CountingProxy> {
  const real = new URL(databaseUrl)
  const statements: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(Number(real.port), real.hostname)
    const read = reader((text) => statements.push(text))
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(one)
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
    }
    client.on('data', (bytes: Buffer) => {
      read(bytes)
      database.write(bytes)
    })
    database.on('data', (bytes: Buffer) => client.write(bytes))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    takeStatements: () => statements.splice(0),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/**
 * Reads the client's side of the protocol: P names a statement, B binds parameters to it, Q is a simple
 * query.
 */
function reader(onStatement: (text: string) => void): (bytes: Buffer) => void {
  const named = new Map<string, string>()
  let rest: Buffer = Buffer.alloc(0)
  let hasBegun = false
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    for (;;) {
      const head = hasBegun ? 1 : 0 // the first message has no type
      if (rest.length < head + 4) return
      const end = head + rest.readUInt32BE(head)
      if (rest.length < end) return
      const type = hasBegun ? String.fromCharCode(rest[0]!) : ''
      const body = rest.subarray(head + 4, end)
      const [first = '', second = ''] = body.toString('latin1').split('\0', 2)
      if (type === 'P') named.set(first, second)
      else if (type === 'B') onStatement(named.get(second) ?? '')
      else if (type === 'Q') onStatement(first)
      hasBegun = true
      rest = rest.subarray(end)
    }
  }
}
