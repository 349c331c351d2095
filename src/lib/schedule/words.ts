/** A word of a command line as sh reads it back. */
export function shellWord(word: string): string {
  return /^[\w.,:=@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The same inside a crontab, where a plain "%" would be the end of the line. */
export function crontabWord(word: string): string {
  return shellWord(word).split('%').join("'\\%'")
}
