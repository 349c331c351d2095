/** What is going on, on stderr and only where a person watches. Pipes, cron and tests see nothing of it. */
import {safeLine} from './safe.js'

export interface Progress {
  /** What is being done, and how far it is. */
  step(text: string, done: number, total: number): void
  /** Takes the lines away and gives the cursor back. */
  end(): Promise<void>
}

export interface ProgressOptions {
  /** False with --quiet. */
  enabled: boolean
  title: string
  stderr?: NodeJS.WriteStream
}

const showCursor = '\u001b[?25h'

/**
 * A spinner with one line of text, drawn by listr2, which is loaded only when there is a terminal to draw on.
 */
export function createProgress({enabled, title, stderr = process.stderr}: ProgressOptions): Progress {
  if (!enabled || !stderr.isTTY || process.env['TERM'] === 'dumb') return {step() {}, end: async () => {}}
  let text = ''
  let show: ((line: string) => void) | undefined
  let finish: () => void = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const restore = restoreCursorOnSignal(stderr)
  const drawn = import('listr2')
    .then(async ({Listr, ListrLogger, ProcessOutput}) => {
      // listr2 draws on stdout unless its "stdout" is stderr, and falls back to plain lines unless stdout is
      // a terminal.
      const rendererOptions = {
        clearOutput: true,
        logger: new ListrLogger({processOutput: new ProcessOutput(stderr, stderr)}),
      }
      const list = new Listr(
        [
          {
            title: safeLine(title),
            task: (_context, task) => {
              show = (line) => {
                task.output = line
              }
              if (text !== '') show(text)
              return finished
            },
          },
        ],
        {
          registerSignalListeners: false,
          renderer: 'default',
          rendererOptions,
          fallbackRenderer: 'default',
          fallbackRendererOptions: rendererOptions,
        },
      )
      await list.run()
    })
    .catch(() => undefined) // a progress line that cannot be drawn never fails the run
  return {
    step(what, done, total) {
      text = `${safeLine(what)} ${done} of ${total}`
      show?.(text)
    },
    async end() {
      finish()
      await drawn
      restore()
    },
  }
}

/** A signal that ends the process must not leave the cursor hidden. Returns what undoes this. */
function restoreCursorOnSignal(stderr: NodeJS.WriteStream): () => void {
  const onExit = () => {
    stderr.write(showCursor)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    onExit()
    off()
    // Nobody else wants to stop cleanly: the signal does what it does by default.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const off = () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('exit', onExit)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('exit', onExit)
  return off
}
