import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'

/** Stands in front of a server of a database. */
export interface Freezable {
  /** The address of the database through it. */
  url: string
  /** Passes nothing on any more, also on new connections, which it still accepts. */
  freeze(): void
  /** Passes nothing on any more on connections that sent this text. Returns their number. */
  freezeThatSent(text: string): number
  close(): void
}

export async function freezable(url: string): Promise<Freezable> {
  const {hostname, port} = new URL(url)
  const connections: {sockets: Socket[]; sent: string}[] = []
  let isFrozen = false
  const stop = ({sockets}: {sockets: Socket[]}) => {
    for (const socket of sockets) socket.unpipe().pause()
  }
  const server = createServer((socket) => {
    const connection = {sockets: [socket.on('error', () => {})], sent: ''}
    connections.push(connection)
    if (isFrozen) return
    const target = connect(Number(port), hostname)
    connection.sockets.push(target.on('error', () => {}))
    socket.on('data', (data: Buffer) => (connection.sent += data.toString('latin1')))
    socket.on('close', () => target.destroy())
    socket.pipe(target).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = new URL(url)
  address.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: address.href,
    freeze() {
      isFrozen = true
      connections.forEach(stop)
    },
    freezeThatSent(text) {
      const found = connections.filter(({sent}) => sent.includes(text))
      found.forEach(stop)
      return found.length
    },
    close() {
      for (const {sockets} of connections) for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
