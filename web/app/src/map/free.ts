// What of the map nothing covers: the padding by which it is fitted.

export interface Padding {
  left: number
  right: number
  top: number
  bottom: number
}

/** A box on the page in px. */
export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Room around what is fitted, and beside the buttons on the right. */
const MARGIN_PX = 24
const TOOLS_PX = 70
const NARROW_PX = 720

/**
 * The padding that keeps clear of boxes over the map: each is passed on the side where most of the map is left. A box
 * that leaves no room worth the name is not heeded.
 */
export function paddingFor(map: Box, boxes: readonly Box[]): Padding {
  const narrow = map.right - map.left <= NARROW_PX
  // A DOMRect has its sides in its prototype, where no spread finds them.
  const free: Box = { left: map.left, right: map.right, top: map.top, bottom: map.bottom }
  for (const box of boxes) {
    if (box.right <= free.left || box.left >= free.right || box.bottom <= free.top || box.top >= free.bottom) continue
    const sides: Box[] = [
      { ...free, left: box.right },
      { ...free, right: box.left },
      { ...free, top: box.bottom },
      { ...free, bottom: box.top },
    ]
    const best = sides.reduce((a, b) => (area(b) > area(a) ? b : a))
    if (area(best) > area(map) / 8) Object.assign(free, best)
  }
  const margin = narrow ? MARGIN_PX / 1.5 : MARGIN_PX
  const tools = narrow || free.right < map.right ? margin : TOOLS_PX
  return {
    left: free.left - map.left + margin,
    right: map.right - free.right + tools,
    top: free.top - map.top + margin,
    bottom: map.bottom - free.bottom + margin,
  }
}

function area({ left, right, top, bottom }: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top)
}
