/**
 * Shows the progress of a run on stderr, if stderr is a terminal. Pipes, cron and tests get no output of
 * it.
 */
import {safeLine} from './safe.js'

export interface Progress {
  /** Shows the current step and its position among all steps. */
  step(text: string, done: number, total: number): void
  /** Shows a wait until the next step; false if nothing is drawn. */
  wait(text: string): boolean
  /** Removes the lines and restores the cursor. */
  end(): Promise<void>
}

export interface ProgressOptions {
  /** False with --quiet. */
  enabled: boolean
  title: string
  stderr?: NodeJS.WriteStream
}

const showCursor = '\u001b[?25h'

/** Draws a spinner with one line of text. It loads listr2 only if stderr is a terminal. */
export function createProgress({enabled, title, stderr = process.stderr}: ProgressOptions): Progress {
  if (!enabled || !stderr.isTTY || process.env['TERM'] === 'dumb')
    return {step() {}, wait: () => false, end: async () => {}}
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
  const draw = (line: string) => {
    text = line
    show?.(text)
  }
  return {
    step(name, done, total) {
      draw(`${safeLine(name)} ${done} of ${total}`)
    },
    wait(what) {
      draw(safeLine(what))
      return true
    },
    async end() {
      finish()
      await drawn
      restore()
    },
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Restores the cursor when a signal ends the process. Returns a function that removes the signal handlers.
 */
function restoreCursorOnSignal(stderr: NodeJS.WriteStream): () => void {
  const onExit = () => {
    stderr.write(showCursor)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    onExit()
    off()
    // No other handler stops the process cleanly, so the signal takes its default effect.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const off = () => {
    for (const name of signals) process.off(name, onSignal)
    process.off('exit', onExit)
  }
  for (const name of signals) process.on(name, onSignal)
  process.on('exit', onExit)
  return off
}
