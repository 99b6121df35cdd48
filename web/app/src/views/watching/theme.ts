// Villages coloured by how they are watched.

import type { WatchColour, WatchedVillage } from '../../api/records/watching'
import type { Theme, ThemeClass } from '../../map/style/theme'
import { words } from '../../words/records/watching'

/** The villages that are listed in their colours; all others are of the last one, which is quiet. */
export function watchTheme(colours: readonly WatchColour[], villages: readonly WatchedVillage[]): Theme {
  const classes = colours.map(({ id, title, color }, i): ThemeClass => {
    const among = new Set(villages.filter((v) => v.colour === id).map((v) => v.id))
    return i === colours.length - 1 ? { key: id, title, color, quiet: true } : { key: id, title, color, when: { among } }
  })
  return { id: 'watching', title: { zh: words.zh.theme, en: words.en.theme }, group: '', classes }
}
