// Coordinates as people write them.

/** Whether a text is worth asking the server to read as coordinates: two numbers at least, of which none is a bare small one. */
export function looksLikeCoordinates(text: string): boolean {
  const numbers = text.match(/\d+(\.\d+)?/g) ?? []
  if (numbers.length < 2) return false
  if (/[°º′″]|\d\s*度\s*\d/.test(text)) return numbers.length >= 4 || /[°º].*[°º]/.test(text)
  return numbers.filter((n) => /\.\d{2}/.test(n) || n.length >= 6).length >= 2 || /^[\d\s.:,-]+$/.test(text) && numbers.length === 6
}

/** Degrees, minutes and seconds to a hundredth of a second, which is 30 cm: 109°56′24.00″E. */
export function dms(degrees: number, [plus, minus]: readonly [string, string]): string {
  const hundredths = Math.round(Math.abs(degrees) * 360_000)
  const two = (n: number) => String(n).padStart(2, '0')
  const s = (hundredths % 6000) / 100
  const whole = `${Math.floor(hundredths / 360_000)}°${two(Math.floor(hundredths / 6000) % 60)}′`
  return `${whole}${s.toFixed(2).padStart(5, '0')}″${degrees < 0 ? minus : plus}`
}
