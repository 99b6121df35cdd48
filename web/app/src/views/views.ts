// The app's views: each has a tab, and a panel beside the map that is loaded when
// it is first opened. To add one is to add a folder here and a line below.
//
// A view's panel draws on the map by useOverlay, colours villages by
// state.painted, takes clicks by state.picker, and reads state.area and
// state.year, which the header sets. Its words stand beside it in words.ts.

import {
  Clock, Document, Finished, Flag, Grid, House, MapLocation, Tools, TrendCharts, Upload, UserFilled, View, Warning,
} from '@element-plus/icons-vue'
import { defineAsyncComponent } from 'vue'
import type { Component } from 'vue'
import type { Words } from '../api/layers'
import { both } from '../words'
import { words as audit } from '../words/people/audit'
import { words as casework } from '../words/records/casework'
import { words as guide } from '../words/start/guide'
import { words as users } from '../words/people/users'
import { words as watching } from '../words/records/watching'

export interface ViewSpec {
  id: string
  title: Words
  /** What screen readers call the panel, where that is not the title. */
  panelTitle?: Words
  icon: Component
  /** Width of the panel in px; on a phone it is the page's. */
  width: number
  panel: Component
  /** Tells of villages, and has nothing to tell before there are any. */
  villages?: boolean
  /** Has no tab, but while it is open or there is nothing on the map yet. */
  first?: boolean
  /** The duties of administrators of whom it is for those alone who have one. */
  administrators?: readonly string[]
  /** Fetches the panel's code, which it is otherwise when the view is first opened. */
  load?: () => Promise<unknown>
}

function later(load: () => Promise<{ default: Component }>): Pick<ViewSpec, 'panel' | 'load'> {
  return { panel: defineAsyncComponent(load), load }
}

export const views: ViewSpec[] = [
  {
    id: 'guide',
    title: { zh: guide.zh.short, en: guide.en.short },
    panelTitle: { zh: guide.zh.title, en: guide.en.title },
    icon: Flag,
    width: 460,
    first: true,
    ...later(() => import('./guide/GuidePanel.vue')),
  },
  {
    id: 'map',
    title: both((m) => m.views.map),
    panelTitle: both((m) => m.panel.title),
    icon: MapLocation,
    width: 292,
    ...later(() => import('./map/MapPanel.vue')),
  },
  {
    id: 'progress',
    title: both((m) => m.views.progress),
    icon: TrendCharts,
    width: 430,
    villages: true,
    ...later(() => import('./progress/ProgressPanel.vue')),
  },
  {
    id: 'coverage',
    title: both((m) => m.views.coverage),
    icon: Warning,
    width: 420,
    villages: true,
    ...later(() => import('./coverage/CoveragePanel.vue')),
  },
  {
    id: 'programme',
    title: both((m) => m.views.programme),
    icon: Tools,
    width: 420,
    villages: true,
    ...later(() => import('./programme/ProgrammePanel.vue')),
  },
  {
    id: 'projects',
    title: { zh: casework.zh.title, en: casework.en.title },
    icon: Finished,
    width: 420,
    villages: true,
    ...later(() => import('./projects/ProjectsPanel.vue')),
  },
  {
    id: 'watching',
    title: { zh: watching.zh.title, en: watching.en.title },
    panelTitle: { zh: watching.zh.panelTitle, en: watching.en.panelTitle },
    icon: View,
    width: 430,
    villages: true,
    ...later(() => import('./watching/WatchPanel.vue')),
  },
  {
    id: 'siting',
    title: both((m) => m.views.siting),
    icon: House,
    width: 440,
    villages: true,
    ...later(() => import('./siting/SitingPanel.vue')),
  },
  { id: 'table', title: both((m) => m.views.table), icon: Grid, width: 640, ...later(() => import('./table/TablePanel.vue')) },
  { id: 'data', title: both((m) => m.views.data), icon: Upload, width: 480, ...later(() => import('./data/DataPanel.vue')) },
  { id: 'changes', title: both((m) => m.views.changes), icon: Clock, width: 420, ...later(() => import('./changes/ChangesPanel.vue')) },
  {
    id: 'users',
    title: { zh: users.zh.title, en: users.en.title },
    icon: UserFilled,
    width: 480,
    administrators: ['system', 'security', 'audit'],
    ...later(() => import('./users/UsersPanel.vue')),
  },
  {
    id: 'audit',
    title: { zh: audit.zh.title, en: audit.en.title },
    icon: Document,
    width: 520,
    administrators: ['audit'],
    ...later(() => import('./audit/AuditPanel.vue')),
  },
]

export function viewOf(id: string): ViewSpec {
  return views.find((v) => v.id === id) ?? (views.find((v) => v.id === 'map') as ViewSpec)
}
