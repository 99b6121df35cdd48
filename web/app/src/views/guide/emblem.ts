// A picture of somebody's, made into a small PNG. What draws it runs no scripts.

const MOST_PX = 256

/** The picture as a data URL of a PNG; fails where it is none that the browser can read. */
export async function emblemOf(file: Blob): Promise<string> {
  const address = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const scale = Math.min(1, MOST_PX / Math.max(image.naturalWidth, image.naturalHeight, 1))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round((image.naturalWidth || MOST_PX) * scale))
    canvas.height = Math.max(1, Math.round((image.naturalHeight || MOST_PX) * scale))
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/png')
  } finally {
    URL.revokeObjectURL(address)
  }
}
