package tiles

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"

	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// ErrNotLoaded is the error of a tile asked for before there is a snapshot.
var ErrNotLoaded = errors.New("no data is loaded yet")

// Cache makes tiles of the latest snapshot and keeps them, ready to send, within a
// number of bytes.
//
// A tile that is there costs one look-up, without a lock. One that is not is built
// once however many ask. Update drops the tiles that the changed shapes reach into,
// old and new, and no others: an index by zoom and number finds them. Of a layer whose
// values differ by year, the tiles of other years go with any change that may touch them. A build under
// way that Update's changes reach into is answered to those who asked before, but is
// neither kept nor given to those who ask after.
//
// Tiles with a filter or a year, of which there is no end, have a quarter of the bytes
// to themselves, so that they never push out the others.
type Cache struct {
	plain    *otter.Cache[key, *Built]
	variants *otter.Cache[key, *Built]
	packers  *packers
	encoders sync.Pool
	slots    chan struct{} // one a build
	current  atomic.Pointer[snapshot.Snapshot]

	selections encode.Selections
	outlines   encode.Outlines
	yearly     *Yearly

	mu      sync.Mutex // held to begin and end a build, and to update
	flights map[key]*flight
	index   index

	hits, misses, dropped, cut atomic.Int64
}

type key struct {
	class  string // of the readers from whom something in it is hidden; "" where nothing is
	layers string
	also   string // the layers of the outlines that it draws places by; "" where it draws them as points
	tile   maptile.Tile
	full   bool
	filter string // canonical
	year   int
	format encode.Format
}

func (k *key) selects() bool { return k.filter != "" || k.year != 0 }

// has tells whether a tile depends on a layer.
func (k *key) has(layer string) bool { return among(k.layers, layer) || among(k.also, layer) }

// among tells whether a list, with commas between, has the layer.
func among(rest, layer string) bool {
	for rest != "" {
		var id string
		if id, rest, _ = strings.Cut(rest, ","); id == layer {
			return true
		}
	}
	return false
}

// flight is a build under way.
type flight struct {
	done  chan struct{}
	built *Built
	err   error
	stale bool // under the cache's mu
}

// Yearly is a layer whose values, not only its features, differ by year.
type Yearly struct {
	Layer string
	Reads []string // the layers on which its values depend
	// AsOf is the layer as of a year, of the latest snapshot.
	AsOf func(year int) (*snapshot.Table, error)
}

// ByYear has tiles of the layer made as of the year that they are asked for. It is to be
// called before all else.
func (c *Cache) ByYear(y Yearly) { c.yearly = &y }

// Snapshot is the latest snapshot, nil before there is one.
func (c *Cache) Snapshot() *snapshot.Snapshot { return c.current.Load() }

// NewCache keeps tiles in about maxBytes.
func NewCache(maxBytes int64) *Cache {
	c := &Cache{
		packers: newPackers(),
		slots:   make(chan struct{}, 2*runtime.GOMAXPROCS(0)),
		flights: map[key]*flight{},
	}
	c.encoders.New = func() any { return &encode.Encoder{Selections: &c.selections, Outlines: &c.outlines} }
	c.plain, c.variants = c.store(maxBytes-maxBytes/4), c.store(maxBytes/4)
	return c
}

func (c *Cache) store(maxBytes int64) *otter.Cache[key, *Built] {
	return otter.Must(&otter.Options[key, *Built]{
		MaximumWeight: uint64(max(1, maxBytes)),
		Weigher:       func(_ key, b *Built) uint32 { return b.weight() },
		OnAtomicDeletion: func(e otter.DeletionEvent[key, *Built]) {
			if e.Cause != otter.CauseReplacement {
				c.index.remove(e.Value)
			}
		},
	})
}

// of is where tiles of the key are kept.
func (c *Cache) of(k *key) *otter.Cache[key, *Built] {
	if k.selects() {
		return c.variants
	}
	return c.plain
}

// weight is what a tile takes in memory, with its place in the cache and its index.
func (b *Built) weight() uint32 {
	n := len(b.raw) + len(b.key.layers) + len(b.key.filter) + 400
	for i := range b.variants {
		n += int(b.variants[i].size.Load())
	}
	return uint32(n)
}

// Reader is who tiles are for. All of one class may see the same; one of class "" may see all.
type Reader interface {
	Class() string
	// See is what a reader may see of a snapshot, and SeeTable of a table in the place of one of its own; nil is nothing.
	See(snap *snapshot.Snapshot) *snapshot.Snapshot
	SeeTable(snap *snapshot.Snapshot, t *snapshot.Table) *snapshot.Table
}

// Get is a tile of the latest snapshot, for who may see all of it. The error is ErrNotLoaded, the context's, a
// one of Encode's.
func (c *Cache) Get(ctx context.Context, layerIDs []string, t maptile.Tile, o encode.Options) (*Built, error) {
	return c.GetFor(ctx, nil, layerIDs, t, o)
}

// GetFor is Get for a reader; nil is one who may see all. Readers share the tiles in which nothing is hidden from them.
func (c *Cache) GetFor(ctx context.Context, reader Reader, layerIDs []string, t maptile.Tile, o encode.Options) (*Built, error) {
	if o.Year != 0 && !c.builds(layerIDs) {
		o.Year = 0
	}
	var also []string
	if snap := c.current.Load(); o.Outlines && snap != nil {
		also = encode.OutlinesOf(snap.Catalog, layerIDs)
	}
	o.Outlines = len(also) > 0
	k := key{
		class: c.class(reader, slices.Concat(layerIDs, also)), layers: strings.Join(layerIDs, ","), also: strings.Join(also, ","),
		tile: t, full: o.Full, year: o.Year, format: o.Format,
	}
	if o.Filter != nil {
		k.filter = o.Filter.String()
	}
	kept := c.of(&k)
	if b, ok := kept.GetIfPresent(k); ok {
		c.hits.Add(1)
		return b, nil
	}
	c.misses.Add(1)
	c.mu.Lock()
	f, flying := c.flights[k]
	if !flying {
		if b, ok := kept.GetIfPresent(k); ok { // it landed just now
			c.mu.Unlock()
			return b, nil
		}
		f = &flight{done: make(chan struct{})}
		c.flights[k] = f
		snap := c.current.Load()
		c.mu.Unlock()
		if k.class == "" {
			reader = nil
		}
		c.build(f, k, snap, reader, layerIDs, o)
		return f.built, f.err
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.built, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// builds tells whether any of the layers differs by year.
func (c *Cache) builds(layerIDs []string) bool {
	snap := c.current.Load()
	for _, id := range layerIDs {
		if snap == nil {
			return false
		}
		if t, ok := snap.Table(id); ok && t.Layer.Works != nil || c.yearly != nil && id == c.yearly.Layer {
			return true
		}
	}
	return false
}

// build makes a tile for all who wait for it.
func (c *Cache) build(f *flight, k key, snap *snapshot.Snapshot, reader Reader, layerIDs []string, o encode.Options) {
	c.slots <- struct{}{}
	defer func() {
		<-c.slots
		if p := recover(); p != nil {
			f.err = panicError(p)
		}
		c.land(f, k)
	}()
	if snap == nil {
		f.err = ErrNotLoaded
		return
	}
	if snap, f.err = c.shown(snap, &k, reader); f.err != nil {
		return
	}
	e := c.encoders.Get().(*encode.Encoder)
	raw, err := e.Append(nil, snap, layerIDs, k.tile, o)
	c.cut.Add(int64(e.Stats.Dropped))
	c.encoders.Put(e)
	if f.err = err; err == nil {
		f.built = newBuilt(slices.Clip(raw), k, c.packers)
		f.built.grew = c.reweigh
	}
}

// class is the reader's where something in tiles of the layers is hidden from him.
func (c *Cache) class(reader Reader, layerIDs []string) string {
	snap := c.current.Load()
	if reader == nil || reader.Class() == "" || snap == nil {
		return ""
	}
	seen := reader.See(snap)
	for _, id := range layerIDs {
		whole, _ := snap.Table(id)
		if part, _ := seen.Table(id); part != whole {
			return reader.Class()
		}
	}
	return ""
}

// shown is the snapshot as a tile shows it.
func (c *Cache) shown(snap *snapshot.Snapshot, k *key, reader Reader) (*snapshot.Snapshot, error) {
	var yearly *snapshot.Table
	if c.yearly != nil && k.year != 0 && k.has(c.yearly.Layer) {
		var err error
		if yearly, err = c.yearly.AsOf(k.year); err != nil {
			return nil, err
		}
	}
	if reader != nil {
		whole := snap
		snap = reader.See(whole)
		if yearly != nil {
			yearly = reader.SeeTable(whole, yearly)
		}
	}
	if yearly != nil {
		snap = snap.With(yearly)
	}
	return snap, nil
}

// land ends a build: what it made is kept unless the snapshot it is of is no longer
// what others should see.
func (c *Cache) land(f *flight, k key) {
	c.mu.Lock()
	if c.flights[k] == f {
		delete(c.flights, k)
	}
	if f.err == nil && !f.stale {
		c.index.add(f.built)
		c.of(&k).Set(k, f.built)
	}
	c.mu.Unlock()
	close(f.done)
}

// reweigh tells the cache that a tile has grown by an encoding.
func (c *Cache) reweigh(b *Built) {
	c.of(&b.key).ComputeIfPresent(b.key, func(old *Built) (*Built, otter.ComputeOp) {
		if old != b {
			return old, otter.CancelOp
		}
		return b, otter.WriteOp
	})
}

// Update makes snap the latest snapshot and drops the tiles that differ in it. A nil
// delta stands for any difference at all. It returns how many were dropped, builds
// under way included. Calls must come in the order of the snapshots.
func (c *Cache) Update(snap *snapshot.Snapshot, delta snapshot.Delta) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	delta = withOutlines(c.current.Swap(snap), snap, delta)
	c.selections.Forget(snap)
	n := 0
	drop := func(b *Built) {
		c.of(&b.key).Invalidate(b.key)
		n++
	}
	if delta == nil {
		for _, b := range c.index.all() {
			drop(b)
		}
	}
	for id, touched := range delta {
		table, ok := snap.Table(id)
		if !ok {
			continue
		}
		for _, s := range touched.Shapes {
			r := reachOf(table.Layer, s)
			for _, b := range c.index.reached(&r) {
				drop(b)
			}
		}
	}
	outdated := func(k *key) bool { return false }
	if c.yearly != nil && slices.ContainsFunc(c.yearly.Reads, func(id string) bool { return delta[id] != nil }) {
		outdated = func(k *key) bool { return k.year != 0 && k.has(c.yearly.Layer) }
		for _, b := range c.index.all() {
			if outdated(&b.key) {
				drop(b)
			}
		}
	}
	for k, f := range c.flights {
		if delta == nil || reachesAny(snap, delta, &k) || outdated(&k) {
			f.stale = true
			delete(c.flights, k)
			n++
		}
	}
	c.dropped.Add(int64(n))
	return n
}

func reachesAny(snap *snapshot.Snapshot, delta snapshot.Delta, k *key) bool {
	for id, touched := range delta {
		table, ok := snap.Table(id)
		if !ok || !k.has(id) {
			continue
		}
		for _, s := range touched.Shapes {
			if r := reachOf(table.Layer, s); r.touches(k.tile, k.selects()) {
				return true
			}
		}
	}
	return false
}

// CacheStats are counts since the cache was made, and what it holds now.
type CacheStats struct {
	Hits, Misses, Dropped int64 // Dropped: tiles that an update made stale
	Cut                   int64 // features left out of tiles that would have been above MaxBytes
	Tiles                 int
	Bytes                 uint64
}

// Stats tells how the cache does.
func (c *Cache) Stats() CacheStats {
	return CacheStats{
		Hits: c.hits.Load(), Misses: c.misses.Load(), Dropped: c.dropped.Load(), Cut: c.cut.Load(),
		Tiles: c.plain.EstimatedSize() + c.variants.EstimatedSize(), Bytes: c.plain.WeightedSize() + c.variants.WeightedSize(),
	}
}
