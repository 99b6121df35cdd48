// Villages coloured by how they are watched.

import type { WatchColour, WatchedVillage } from '../../api/records/watching'
import { answers } from '../../map/style/palette'
import type { Theme, ThemeClass } from '../../map/style/theme'
import { words } from '../../words/records/watching'

/** The villages that are listed in their colours; all others are of the last one, which is quiet, or, where some are not told
 *  of, grey. */
export function watchTheme(colours: readonly WatchColour[], villages: readonly WatchedVillage[], untold: boolean): Theme {
  const classes = colours.map(({ id, title, color }, i): ThemeClass => {
    const among = new Set(villages.filter((v) => v.colour === id).map((v) => v.id))
    const last = i === colours.length - 1
    return last && !untold ? { key: id, title, color, quiet: true } : { key: id, title, color, quiet: last, when: { among } }
  })
  if (untold) classes.push({ key: 'untold', title: { zh: words.zh.hidden, en: words.en.hidden }, color: answers.unknown, quiet: true })
  return { id: 'watching', title: { zh: words.zh.theme, en: words.en.theme }, group: '', classes }
}
