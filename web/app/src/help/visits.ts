// Whether the tour of the first visit was taken or left in this browser.

const KEY = 'cuntu.tour'
const PARAMETER = 'tour'

/** Whether the tour is due: at the first visit, or where the address asks for it. */
export function tourDue(): boolean {
  return new URLSearchParams(location.search).has(PARAMETER) || !globalThis.localStorage?.getItem(KEY)
}

/** The tour was seen to its end, or left. */
export function tourLeft(): void {
  localStorage.setItem(KEY, 'left')
  const address = new URL(location.href)
  if (!address.searchParams.has(PARAMETER)) return
  address.searchParams.delete(PARAMETER)
  history.replaceState(history.state, '', address)
}
