/**
 * Reads `INFO stats` of a Redis server with one write to a socket. The driver takes longer to load than all
 * else that `fin status` does, and a command needs no more than this one answer.
 */
import {connect} from 'node:net'
import {addAbortSignal} from 'node:stream'

const longest = 100_000

/** The text of the answer. `stop` ends the connection. Throws the error of the network or of the server. */
export async function readStats(url: string, stop: AbortSignal): Promise<string> {
  const {protocol, hostname, port, username, password} = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost'
  const where = {host, port: Number(port || 6379)}
  const socket = protocol === 'rediss:' ? (await import('node:tls')).connect(where) : connect(where)
  addAbortSignal(stop, socket)
  const signIn = [username, password].filter(Boolean).map(decodeURIComponent)
  const commands = [...(password === '' ? [] : [['AUTH', ...signIn]]), ['INFO', 'stats']]
  try {
    socket.setEncoding('utf8').write(commands.map(encoded).join(''))
    let answer = ''
    for await (const chunk of socket as AsyncIterable<string>) {
      answer += chunk
      const stats = statsIn(answer, commands.length)
      if (stats !== undefined) return stats
    }
    throw new Error('Connection is closed')
  } finally {
    socket.destroy()
  }
}

/** A command in the protocol of Redis. */
function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** The statistics among the answers to so many commands; undefined while they are incomplete. */
function statsIn(answer: string, commands: number): string | undefined {
  const lines = answer.split('\r\n')
  // The default user of a server without a password gets the answer to INFO all the same.
  if (answer.startsWith('-WRONGPASS') && lines.length > 1) throw new Error(lines[0]!.slice(1))
  const [, length, text = ''] = /^(?:[+-][^\r]*\r\n)?\$(\d+)\r\n(.*)$/s.exec(answer) ?? []
  if (length !== undefined && text.length >= Number(length)) return text.slice(0, Number(length))
  if (length === undefined && lines.length > commands)
    throw new Error(
      lines.find((line) => line.startsWith('-'))?.slice(1) ?? 'Protocol error, got another answer',
    )
  if (!/^[+$-]/.test(answer) || answer.length > longest) throw new Error('Protocol error, got another answer')
  return undefined
}
