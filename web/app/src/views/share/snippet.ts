// The addresses under which others see what is seen now.

/** The address of a view as a map in a frame. */
export function embedAddress(link: string): string {
  const address = new URL(link)
  address.search = '?embed=1'
  return address.href
}

/** HTML that shows the view on another page. */
export function embedSnippet(link: string, title: string): string {
  const text = (s: string) => s.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  const look = 'width="100%" height="600" style="border:0" loading="lazy" allowfullscreen'
  return `<iframe src="${text(embedAddress(link))}" title="${text(title)}" ${look}></iframe>`
}

/** Whether an address is of the machine itself, which no other can open. */
export function isLoopback(link: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(link).hostname)
}
