// The graphics programs of a style, made before they are drawn with.
//
// MapLibre makes a program when it first draws something of a new kind, and waits for the graphics card to say how that
// went: the page stands still for each of some fifteen. Here all that a style needs are begun at once, are made beside
// the page where the browser can do that (KHR_parallel_shader_compile), and are handed to MapLibre when they are ready or
// when it asks for them, whichever comes first. MapLibre has no door for this: its insides are named here and nowhere
// else, and where a version of it has others, it makes its programs itself, as ever.

import type { Map as MapLibre } from 'maplibre-gl'

type Cache = MapLibre['painter']['programCache']
type Variant = Parameters<Cache['getProgram']>[0]
type Configuration = NonNullable<Variant['programConfiguration']>
type StyleLayer = MapLibre['style']['_layers'][string]

interface Bucket {
  programConfigurations: { get(layer: string): Configuration }
}

interface SymbolBucket {
  createArrays(): void
  text: Bucket
  icon: Bucket
}

/** What MapLibre's constructor of a program calls before it first waits. */
type Making = Pick<
  WebGL2RenderingContext,
  'createProgram' | 'createShader' | 'shaderSource' | 'compileShader' | 'attachShader' | 'linkProgram' | 'deleteShader'
>

const LOOK_EVERY_MS = 25
/** How long programs take where the graphics card cannot be asked without waiting. */
const USUAL_MS = 300
/** After so long a card that is never idle is asked all the same. */
const PATIENCE_MS = 3000

/** Begins the programs of the map's style, once its first frame has told what the style comes to. */
export function makeProgramsAhead(map: MapLibre): void {
  const begin = () => {
    try {
      new Ahead(map).begin()
    } catch (error) {
      console.debug('MapLibre makes its programs itself', error)
    }
  }
  map.once('render', () => setTimeout(begin)) // a task of its own
}

const keyOf = (v: Variant) => `${v.name}${v.programConfiguration?.cacheKey ?? ''}/${v.projectionShaderVariant.name}/${v.defines.join('/')}`

class Ahead {
  private readonly gl: WebGL2RenderingContext
  private readonly begun = new Map<string, { variant: Variant; program: WebGLProgram }>()

  constructor(private readonly map: MapLibre) {
    this.gl = map.painter.context.gl
  }

  begin(): void {
    for (const variant of this.variants()) {
      const key = keyOf(variant)
      if (!this.begun.has(key)) this.start(key, variant)
    }
    const cache = this.map.painter.programCache
    const getProgram = cache.getProgram.bind(cache)
    cache.getProgram = (variant) => {
      const ready = this.begun.get(keyOf(variant))
      if (ready && !variant.showOverdrawInspector && !variant.useTerrain) this.hand(ready.variant, getProgram)
      return getProgram(variant)
    }
    void this.made().then(() => {
      for (const { variant } of [...this.begun.values()]) this.hand(variant, getProgram)
    })
  }

  /** Resolves when the programs are made and the graphics card has nothing else to do, so that it answers at once. */
  private async made(): Promise<void> {
    const { gl } = this
    const parallel = gl.getExtension('KHR_parallel_shader_compile')
    const made = ({ program }: { program: WebGLProgram }) =>
      gl.isContextLost() || gl.getProgramParameter(program, parallel?.COMPLETION_STATUS_KHR ?? 0) === true
    const began = performance.now()
    for (let idle = false; !idle; ) {
      const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
      gl.flush()
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      const took = performance.now() - began
      idle = !fence || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED || took > PATIENCE_MS
      gl.deleteSync(fence)
      idle &&= parallel ? [...this.begun.values()].every(made) : took > USUAL_MS
    }
  }

  /** Takes the texts of a program's shaders from MapLibre's constructor and gives them to the graphics card. */
  private start(key: string, variant: Variant): void {
    const texts: string[] = []
    const enough = new Error('the texts are known')
    try {
      this.during(
        {
          createProgram: () => ({}),
          createShader: () => ({}),
          shaderSource: (_, text) => void texts.push(text),
          compileShader: () => {},
          attachShader: () => {},
          deleteShader: () => {},
          linkProgram: () => {
            throw enough
          },
        },
        () => this.map.painter.programCache.getProgram(variant),
      )
      return // it was there already
    } catch (error) {
      if (error !== enough) throw error
    }
    const { gl } = this
    const program = gl.createProgram()
    for (const [at, type] of [gl.FRAGMENT_SHADER, gl.VERTEX_SHADER].entries()) {
      const shader = gl.createShader(type)
      if (!shader) return // the context is lost
      gl.shaderSource(shader, texts[at] ?? '')
      gl.compileShader(shader)
      gl.attachShader(program, shader)
      gl.deleteShader(shader)
    }
    gl.linkProgram(program)
    this.begun.set(key, { variant, program })
  }

  /** Lets MapLibre take a program that is made as if it had made it. */
  private hand(variant: Variant, getProgram: Cache['getProgram']): void {
    const key = keyOf(variant)
    const program = this.begun.get(key)?.program
    if (!program) return
    this.begun.delete(key)
    this.during(
      {
        createProgram: () => program,
        createShader: () => ({}),
        shaderSource: () => {},
        compileShader: () => {},
        attachShader: () => {},
        deleteShader: () => {},
        linkProgram: () => {},
      },
      () => getProgram(variant),
    )
  }

  /** Does something while the context makes nothing of its own. */
  private during(instead: Making, work: () => unknown): void {
    Object.assign(this.gl, instead)
    try {
      work()
    } finally {
      for (const name of Object.keys(instead)) delete (this.gl as unknown as Record<string, unknown>)[name]
    }
  }

  private *variants(): Iterable<Variant> {
    const { projection, _layers } = this.map.style
    if (!projection) return
    const variant = (name: string, programConfiguration?: Configuration, defines: string[] = []): Variant => ({
      name,
      programConfiguration,
      projectionShaderVariant: {
        name: projection.shaderVariantName,
        define: projection.shaderDefine,
        prelude: projection.shaderPreludeCode,
      },
      showOverdrawInspector: false,
      useTerrain: false,
      defines,
    })
    yield variant('clippingMask')
    // Shaded ground comes after the rest; its lights are one.
    yield variant('hillshadePrepare')
    yield variant('hillshade', undefined, ['#define NUM_ILLUMINATION_SOURCES 1'])
    for (const [id, layer] of Object.entries(_layers)) {
      if (layer.isHidden(this.map.getZoom())) continue
      for (const [name, configuration] of this.programsOf(id, layer)) yield variant(name, configuration)
    }
  }

  /** The programs that draw a layer, by MapLibre's names, each with which properties it takes from features. */
  private *programsOf(id: string, layer: StyleLayer): Iterable<[string, Configuration]> {
    const set = (kind: 'paint' | 'layout', name: string): unknown =>
      kind === 'paint' ? this.map.getPaintProperty(id, name as never) : this.map.getLayoutProperty(id, name as never)
    if (!['line', 'fill', 'circle', 'symbol'].includes(layer.type)) return
    const bucket: unknown = layer.createBucket?.({
      index: 0,
      layers: [layer],
      zoom: Math.floor(this.map.getZoom()),
      pixelRatio: 1,
      overscaling: 1,
      sourceLayerIndex: 0,
      sourceID: layer.source,
    } as never)
    if (layer.type === 'symbol') {
      const symbol = bucket as SymbolBucket
      symbol.createArrays()
      if (set('layout', 'icon-image')) yield ['symbolIcon', symbol.icon.programConfigurations.get(id)]
      if (set('layout', 'text-field')) yield ['symbolSDF', symbol.text.programConfigurations.get(id)]
      return
    }
    const configuration = (bucket as Bucket).programConfigurations.get(id)
    yield [layer.type === 'line' && set('paint', 'line-dasharray') ? 'lineSDF' : layer.type, configuration]
    if (layer.type === 'fill' && set('paint', 'fill-antialias') !== false) yield ['fillOutline', configuration]
  }
}
