// Draws the images that the style names: symbols and hatches.

import { parseImageName, shapes } from './style/symbols'
import type { Look } from './style/symbols'

const RATIO = 2 // pixels an image pixel, for sharp symbols on any screen
const BOX = 24
const HATCH = 12

export function drawImage(name: string): { data: ImageData; pixelRatio: number } | undefined {
  const look = parseImageName(name)
  if (look?.kind === 'icon') return { data: drawIcon(look), pixelRatio: RATIO }
  if (look?.kind === 'area') return { data: drawHatch(look.color), pixelRatio: RATIO }
  return undefined
}

function canvas(side: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas')
  element.width = element.height = side * RATIO
  const context = element.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no 2d canvas')
  context.scale(RATIO, RATIO)
  return context
}

function drawIcon(look: Look & { kind: 'icon' }): ImageData {
  const c = canvas(BOX)
  const path = new Path2D(shapes[look.shape])
  c.lineJoin = 'round'
  c.lineWidth = 3
  c.strokeStyle = c.fillStyle = '#ffffff'
  c.stroke(path)
  c.fill(path, 'nonzero')
  c.fillStyle = look.color
  c.fill(path, 'evenodd')
  if (look.mark) {
    c.fillStyle = '#ffffff'
    c.font = `600 12px ${getComputedStyle(document.body).fontFamily}`
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.fillText(look.mark, BOX / 2, BOX / 2 + 0.5)
  }
  return c.getImageData(0, 0, BOX * RATIO, BOX * RATIO)
}

function drawHatch(color: string): ImageData {
  const c = canvas(HATCH)
  c.globalAlpha = 0.16
  c.fillStyle = color
  c.fillRect(0, 0, HATCH, HATCH)
  c.globalAlpha = 0.75
  c.strokeStyle = color
  c.lineWidth = 1.1
  c.beginPath()
  for (const at of [-HATCH / 2, HATCH / 2, HATCH * 1.5]) {
    c.moveTo(at - HATCH / 2 - 1, HATCH + 1)
    c.lineTo(at + HATCH / 2 + 1, -1)
  }
  c.stroke()
  return c.getImageData(0, 0, HATCH * RATIO, HATCH * RATIO)
}
