// Whose map it is: every page and every print says so.

import { shallowRef } from 'vue'
import { getOffice } from '../api/start/office'
import type { Office } from '../api/start/office'

/** Undefined until the server has said. */
export const office = shallowRef<Office>()

export async function loadOffice(): Promise<void> {
  office.value = await getOffice().catch(() => office.value) // without it the page is its own
}
