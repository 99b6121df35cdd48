// What the catalogue allows of a field's value, told as one types.

import type { Field, Value } from '../api/layers'

export type Fault =
  | { kind: 'required' | 'whole' | 'number' | 'code' | 'date' | 'choice' | 'year' }
  | { kind: 'range'; min: number | undefined; max: number | undefined }

/** What is wrong with a value; undefined where it is allowed. */
export function faultOf(field: Field, value: Value | undefined): Fault | undefined {
  if (value === null || value === undefined || value === '') return field.required ? { kind: 'required' } : undefined
  switch (field.type) {
    case 'int':
    case 'year':
    case 'float':
      return faultOfNumber(field, value)
    case 'code':
      return /^(\d{6}|\d{9}|\d{12})$/.test(String(value)) ? undefined : { kind: 'code' }
    case 'date':
      return isDate(String(value)) ? undefined : { kind: 'date' }
    case 'bool':
      return undefined
  }
  if (!field.values?.length) return undefined
  const items = field.type === 'list' ? String(value).split(',') : [String(value)]
  return items.every((item) => field.values?.some((c) => c.value === item)) ? undefined : { kind: 'choice' }
}

function faultOfNumber(field: Field, value: Value): Fault | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { kind: field.type === 'float' ? 'number' : 'whole' }
  if (field.type !== 'float' && !Number.isInteger(value)) return { kind: 'whole' }
  if (field.type === 'year' && (value < 1900 || value > 2100)) return { kind: 'year' }
  const { min, max } = field
  return (min !== undefined && value < min) || (max !== undefined && value > max) ? { kind: 'range', min, max } : undefined
}

function isDate(text: string): boolean {
  const year = Number(text.slice(0, 4))
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && year >= 1900 && year <= 2100
}

/** A value out of what was typed: what is no number stays as it was typed, so that it can be mended. */
export function readValue(field: Field, typed: string): Value {
  const text = typed.trim()
  if (text === '') return null
  if (field.type === 'bool') return text === 'true'
  if (field.type !== 'int' && field.type !== 'float' && field.type !== 'year') return field.type === 'text' ? typed : text
  const n = Number(text.replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)))
  return Number.isFinite(n) ? n : text
}
