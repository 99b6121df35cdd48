// Sheets of paper, and how much of the map a graphics card draws at a time.

export const papers = { A4: [297, 210], A3: [420, 297], A2: [594, 420], A1: [841, 594], A0: [1189, 841] } as const
export type Paper = keyof typeof papers
export type Orientation = 'landscape' | 'portrait'

export const DPI = 300
const CSS_DPI = 96
const MM_AN_INCH = 25.4
/** Pixels of the screen's unit for each of the paper's. */
export const RATIO = DPI / CSS_DPI

/** CSS pixels of a length on paper. */
export function px(mm: number): number {
  return (mm * CSS_DPI) / MM_AN_INCH
}

/** Width and height in mm. */
export function sizeOf(paper: Paper, orientation: Orientation): [number, number] {
  const [long, short] = papers[paper]
  return orientation === 'landscape' ? [long, short] : [short, long]
}

export interface Piece {
  x: number
  y: number
  width: number
  height: number
}

/** Cuts a frame into as few equal pieces as are no wider or higher than `most`, in whole pixels. */
export function pieces(width: number, height: number, most: number): Piece[] {
  const across = Math.ceil(width / most)
  const down = Math.ceil(height / most)
  const cut = (length: number, n: number, i: number) => Math.round((length * i) / n)
  const list: Piece[] = []
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      const x = cut(width, across, c)
      const y = cut(height, down, r)
      list.push({ x, y, width: cut(width, across, c + 1) - x, height: cut(height, down, r + 1) - y })
    }
  }
  return list
}

/** The scale as 1 : n, rounded to three digits. */
export function scaleNumber(metresAPixel: number): number {
  const n = metresAPixel / (MM_AN_INCH / CSS_DPI / 1000)
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 2)
  return Math.round(n / unit) * unit
}
