// The services and their states as the catalogue declares them, in its order.

import { computed } from 'vue'
import type { ServiceState } from '../api/layers'
import { say, heading } from '../words'
import { useLive } from './live'

/** A state's share of a bar. */
export interface StatePart {
  key: ServiceState
  title: string
  color: string
  n: number
}

export function useServices() {
  const { catalog } = useLive()
  const services = computed(() => catalog.value?.services ?? [])
  const states = computed(() =>
    (catalog.value?.states ?? []).map((s) => ({ value: s.value, title: heading(s.title), color: s.color ?? '' })),
  )
  /** The states of those that a service is asked of, the best first. */
  const asked = computed(() => states.value.filter((s) => s.value !== 'inapplicable'))

  return {
    services,
    states,
    asked,
    serviceTitle: (id: string) => say(services.value.find((s) => s.id === id)?.title) || id,
    stateTitle: (state: ServiceState) => say(states.value.find((s) => s.value === state)?.title) || state,
    colourOf: (state: ServiceState) => states.value.find((s) => s.value === state)?.color,
    /** How many are of each state, the best first. */
    partsOf: (counts: Record<ServiceState, number>): StatePart[] =>
      asked.value.map((s) => ({ key: s.value, title: say(s.title), color: s.color, n: counts[s.value] })),
  }
}

/** The plan's indicators as the catalogue declares them. */
export function useIndicators() {
  const { catalog } = useLive()
  const find = (id: string) => catalog.value?.plan.indicators.find((i) => i.id === id)
  return {
    indicatorTitle: (id: string) => say(find(id)?.title) || id,
    isShare: (id: string) => find(id)?.share === true,
  }
}
