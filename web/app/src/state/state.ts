// The state of the app in five parts, made once and handed down by provide/inject.

import type { App } from 'vue'
import { chosenKey, createChosen, followBasemap, followScheme } from './chosen'
import type { Chosen } from './chosen'
import { createEditing, editingKey } from './editing'
import type { Editing } from './editing'
import { createLink, followAddress, linkKey } from './link'
import type { Link } from './link'
import { createLive, liveKey } from './live'
import type { Live } from './live'
import { createMapState, mapKey } from './map'
import type { MapState } from './map'

export interface State {
  link: Link
  chosen: Chosen
  editing: Editing
  live: Live
  map: MapState
}

/** The state as the address bar and this browser have it; keep: whether the address bar is the app's to write. */
export function createState(keep: boolean): State {
  const link = createLink()
  const live = createLive()
  const map = createMapState()
  const chosen = createChosen(link, live, map)
  followAddress(link, live.catalog, keep)
  followScheme(chosen)
  followBasemap(chosen)
  return { link, chosen, editing: createEditing(link), live, map }
}

export function provideState(app: App, { link, chosen, editing, live, map }: State): App {
  app.provide(linkKey, link).provide(chosenKey, chosen).provide(editingKey, editing)
  return app.provide(liveKey, live).provide(mapKey, map)
}
