import { describe, expect, it } from 'vitest'
import { embedAddress, embedSnippet, isLoopback } from '../src/views/share/snippet'

describe('a view for another page', () => {
  const link = 'https://map.example/cuntu/?x=1#area=611002&theme=exit_status&map=10/33.8/109.9'
  it('keeps its hash and the prefix of the app', () => {
    expect(embedAddress(link)).toBe('https://map.example/cuntu/?embed=1#area=611002&theme=exit_status&map=10/33.8/109.9')
  })
  it('is quoted as HTML asks', () => {
    expect(embedSnippet(link, 'A "B" & C')).toContain('#area=611002&amp;theme=exit_status')
    expect(embedSnippet(link, 'A "B" & C')).toContain('title="A &quot;B&quot; &amp; C"')
  })
})

it.each([
  ['http://127.0.0.1:8080/#x', true],
  ['http://localhost:8080/', true],
  ['http://[::1]:8080/', true],
  ['http://10.0.0.3:8080/', false],
])('%s is of this machine alone: %s', (link, alone) => expect(isLoopback(link)).toBe(alone))
