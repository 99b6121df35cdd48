// What the map shows of counties and towns by the theme: asked of the server when the map
// is far enough away, and again when the theme, the year or the data change.

import type { FeatureCollection, Point } from 'geojson'
import { computed, ref, shallowRef, watch } from 'vue'
import { readLayer } from '../api/export'
import type { ComputedRef, Ref } from 'vue'
import { useLink } from '../state/link'
import type { Lang, Level } from '../api/layers'
import { levelLayer } from '../api/layers'
import { useLive } from '../state/live'
import { useChosen } from '../state/chosen'
import { useMap } from '../state/map'
import { number } from '../words/format'
import { lang } from '../words'
import type { AreaLegend, AreaMap, Choropleth } from './style/choropleth'
import { levelAt, turnsOf } from './style/choropleth'
import { boundsOf, classCounts, questionOf, rankOf } from './style/headline'
import { answers, areaRamp } from './style/palette'
import { empty, isWhole } from './style/style'
import { summariseVillages } from '../api/summary'
import type { AreaSummary } from '../api/summary'
import type { Headline, Theme } from './style/theme'

type Places = FeatureCollection<Point, { code: string; name: string }>

/** An answer of the server, and to what. */
interface Answer {
  theme: Theme
  headline: Headline
  own: string
  areas: Partial<Record<Level, AreaSummary[]>>
  places: Places
}

/** Whether an area, by its code, lies in or around the one looked at. */
const inside = (code: string, area: string | undefined) => !area || code.startsWith(area) || area.startsWith(code)

/** The map of areas; asking is whether its answer is still on the way. */
export function useAreaMap(
  theme: ComputedRef<Theme | undefined>,
  year: ComputedRef<number | undefined>,
): { areas: ComputedRef<AreaMap | undefined>; asking: Readonly<Ref<boolean>> } {
  const { level: pinned, camera, area } = useLink()
  const { themed } = useChosen()
  const { catalog, changes } = useLive()
  const { map, painted } = useMap()
  const townLayer = computed(() => (catalog.value && levelLayer(catalog.value, 'town')?.id) ?? '')
  const answer = shallowRef<Answer>()
  const asking = ref(false)
  const turns = computed(() => turnsOf(themed.value !== undefined && isWhole(themed.value)))
  const shape = computed(() => ({ pinned: pinned.value, turns: turns.value }))
  const zoom = computed(() => camera.value?.zoom ?? map.value?.getZoom() ?? Infinity)
  const level = computed(() => levelAt(shape.value, zoom.value))
  // While one fades into the other both are to be there.
  const needed = computed(() => {
    const near = [-0.3, 0, 0.3].map((d) => levelAt(shape.value, zoom.value + d))
    return (['county', 'town'] as const).filter((l) => near.includes(l)).join(',')
  })

  watch(
    [theme, year, changes, needed, painted],
    async ([to, y, , which], _, onCleanup) => {
      const headline = painted.value ? undefined : to?.headline
      asking.value = false
      if (!to || !headline || !which) return
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      asking.value = true
      const { field, breaks, own } = questionOf(to, headline)
      const by = which.split(',') as ('county' | 'town')[]
      try {
        const [places, ...lists] = await Promise.all([
          by.includes('town')
            ? readLayer<Point, { code: string; name: string }>(townLayer.value, {}, abort.signal)
            : Promise.resolve(answer.value?.places ?? empty),
          ...by.map((b) =>
            summariseVillages({ by: b, field, weight: 'population', breaks, year: y, filter: headline.filter }, abort.signal),
          ),
        ])
        answer.value = { theme: to, headline, own, areas: Object.fromEntries(by.map((b, i) => [b, lists[i]])), places: places as Places }
      } catch {
        // Out of touch: what is there stays, and villages show as ever. The next change asks again.
      }
      if (!abort.signal.aborted) asking.value = false
    },
    { immediate: true },
  )

  const areas = computed(() => {
    const headline = painted.value ? undefined : theme.value?.headline
    const base = {
      ...shape.value,
      townLayer: townLayer.value,
      level: level.value,
      headline,
      counties: new Map(),
      towns: empty,
      townLooks: new Map(),
      legend: undefined,
      classes: undefined,
    }
    const a = answer.value
    if (!headline) return undefined
    if (!a || a.theme.id !== theme.value?.id) return pinned.value && pinned.value !== 'village' ? base : undefined
    const seen = a.areas[level.value]?.filter((s) => inside(s.code, area.value))
    return {
      ...base,
      counties: filled(a, area.value, lang.value),
      towns: circles(a, area.value, lang.value),
      townLooks: looks(a.headline, a.areas.town ?? [], area.value, lang.value),
      legend: seen && legendOf(a.headline, seen),
      classes: seen && classCounts(a.theme, a.own, seen),
    }
  })
  return { areas, asking }
}

function valueOf(headline: Headline, s: AreaSummary): number | undefined {
  const rollup = s.fields[headline.field]
  return rollup && headline.value(rollup)
}

const values = (headline: Headline, list: readonly AreaSummary[]) => list.flatMap((s) => valueOf(headline, s) ?? [])

function legendOf(headline: Headline, list: readonly AreaSummary[]): AreaLegend {
  const known = values(headline, list)
  const bounds = boundsOf(headline, known)
  const ranks = new Array<number>(bounds.length + 1).fill(0)
  for (const v of known) ranks[rankOf(bounds, v)]! += 1
  return { bounds, ranks, unknown: list.length - known.length }
}

/** The colours and texts of areas by their codes. */
function looks(headline: Headline, list: readonly AreaSummary[], area: string | undefined, tongue: Lang) {
  const near = list.filter((s) => inside(s.code, area))
  const bounds = boundsOf(headline, values(headline, near))
  return new Map(
    near.map((s) => {
      const value = valueOf(headline, s)
      if (value === undefined) return [s.code, { color: answers.unknown, text: '–' }]
      return [s.code, { color: areaRamp[rankOf(bounds, value)] as string, text: valueText(value, headline.unit, tongue) }]
    }),
  )
}

/** A number with its unit where that is per cent. */
export function valueText(value: number, unit: string, tongue: Lang): string {
  const digits = unit === '%' ? 1 : 0
  return `${number(value, tongue, digits)}${unit === '%' ? '%' : ''}`
}

function filled(a: Answer, area: string | undefined, tongue: Lang): Choropleth['counties'] {
  return looks(a.headline, a.areas.county ?? [], area, tongue)
}

function circles(a: Answer, area: string | undefined, tongue: Lang): FeatureCollection {
  const towns = a.areas.town
  if (!towns) return empty
  const by = looks(a.headline, towns, area, tongue)
  const people = new Map(towns.map((s) => [s.code, s.weight ?? 0]))
  const features = a.places.features.flatMap((f) => {
    const { code, name } = f.properties
    const look = by.get(code)
    return look && f.geometry ? [{ ...f, properties: { code, name, people: people.get(code) ?? 0, ...look } }] : []
  })
  return { type: 'FeatureCollection', features }
}
