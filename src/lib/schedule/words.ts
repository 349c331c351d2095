/** A word of a command line, quoted for sh. */
export function shellWord(word: string): string {
  return /^[\w.,:=@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A word quoted for a crontab, in which a plain "%" would end the command. */
export function crontabWord(word: string): string {
  return shellWord(word).split('%').join("'\\%'")
}
