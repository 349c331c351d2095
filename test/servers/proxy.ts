/** A proxy on loopback that opens tunnels (CONNECT), or refuses, hangs and breaks off as a test tells it. */
import {once} from 'node:events'
import {createServer} from 'node:http'
import {connect, type AddressInfo, type Socket} from 'node:net'

export interface TestProxy {
  /** `http://127.0.0.1:port` */
  url: string
  host: string
  /** Each tunnel that was asked for, as `host:port`, whatever became of it. */
  asked: string[]
  close(): Promise<void>
}

export interface ProxyOptions {
  /** Where the tunnel to every name leads: the origin of a server on this machine. */
  to?: string
  /** `user:password` that must be given. */
  signIn?: string
  /** Answered instead of a tunnel; or nothing at all, garbage, or a closed connection. */
  answer?: number | 'nothing' | 'garbage' | 'close'
}

export async function testProxy({to, signIn, answer}: ProxyOptions = {}): Promise<TestProxy> {
  const open = new Set<Socket>()
  const asked: string[] = []
  const server = createServer((_request, response) => response.writeHead(400).end())
  server.on('connection', (socket: Socket) => open.add(socket))
  server.on('connect', ({url, headers}, socket: Socket, head: Buffer) => {
    asked.push(url ?? '')
    socket.on('error', () => {})
    const refuse = (status: number) =>
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\ncontent-type: text/html\r\n\r\nno`)
    if (signIn !== undefined && headers['proxy-authorization'] !== `Basic ${btoa(signIn)}`) return refuse(407)
    if (typeof answer === 'number') return refuse(answer)
    if (answer === 'garbage') return socket.end('220 mail.example.com ESMTP\r\n\r\n')
    if (answer === 'close') return socket.destroy()
    if (answer === 'nothing' || to === undefined) return
    const target = connect(Number(new URL(to).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.write(head)
      target.pipe(socket).pipe(target)
    })
    open.add(target)
    target.on('error', () => socket.destroy())
    socket.on('close', () => target.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}`,
    host,
    asked,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
