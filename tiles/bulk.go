package tiles

import (
	"context"
	"fmt"
	"runtime"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
)

// BulkOptions say which tiles are made in bulk.
type BulkOptions struct {
	MinZoom, MaxZoom int     // both included
	Bound            geo.Box // only tiles that meet it; geo.World for all
	Full             bool    // as in Options
	Format           encode.Format
}

func (o BulkOptions) check() error {
	if o.MinZoom < 0 || o.MinZoom > o.MaxZoom || o.MaxZoom > maptile.MaxZoom {
		return fmt.Errorf("zooms from %d to %d: they must be from 0 to %d, the first not above the last", o.MinZoom, o.MaxZoom, maptile.MaxZoom)
	}
	return nil
}

// BulkStats tell what Bulk made.
type BulkStats struct {
	Tiles   int // given to the sink
	Dropped int // features left out of tiles that would have been above MaxBytes
}

// A batch is what a worker does at a time: enough tiles that handing it over costs
// nothing beside making them. What is made ahead of the sink is at most so many
// batches a worker, whose memory is used again and again.
const (
	batchTiles       = 16
	batchesPerWorker = 8
)

type batch struct {
	tiles   []maptile.Tile
	data    []byte // each tile's gzip after another's
	ends    []int
	dropped int
	err     error
	done    chan struct{} // holds a value once the batch is made
}

// Bulk makes all tiles that hold something, on all cores, and gives each to sink,
// compressed by gzip, one at a time and in the order of their ids. The bytes belong to
// sink only until it returns. progress, if not nil, hears now and then how many of the
// tiles that may hold something are done; the rest are empty.
//
// It ends with ctx's error when ctx ends, and with sink's when that fails.
func Bulk(ctx context.Context, snap *snapshot.Snapshot, layerIDs []string, o BulkOptions,
	sink func(t maptile.Tile, packed []byte) error, progress func(done, total int),
) (BulkStats, error) {
	var stats BulkStats
	if err := o.check(); err != nil {
		return stats, err
	}
	c, err := newCover(snap, layerIDs, o.Bound, encode.Options{Full: o.Full, Format: o.Format})
	if err != nil {
		return stats, err
	}
	total, err := c.count(ctx, o)
	if err != nil {
		return stats, err
	}
	workers := runtime.GOMAXPROCS(0)
	room := batchesPerWorker * workers
	free, work, order := make(chan *batch, room), make(chan *batch, room), make(chan *batch, room)
	for range room {
		free <- &batch{done: make(chan struct{}, 1)}
	}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error {
		defer close(work)
		defer close(order)
		return c.batches(ctx, o, free, func(b *batch) { work <- b; order <- b }) // there is room for all
	})
	for range workers {
		tasks.Go(func() error {
			w := newBulkWorker()
			for b := range work {
				w.fill(ctx, b, snap, layerIDs, c.o)
				b.done <- struct{}{}
			}
			return nil
		})
	}
	tasks.Go(func() error {
		done := 0
		for b := range order {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := b.deliver(ctx, &stats, sink); err != nil {
				return err
			}
			done += len(b.tiles)
			if progress != nil {
				progress(done, total)
			}
			free <- b
		}
		return nil
	})
	err = tasks.Wait()
	return stats, err
}

// count goes through all tiles once before the first is made: to find one takes a
// hundredth of what it takes to make it, and lets progress be true.
func (c *cover) count(ctx context.Context, o BulkOptions) (n int, err error) {
	for z := o.MinZoom; z <= o.MaxZoom; z++ {
		c.tiles(uint8(z), func(maptile.Tile) bool {
			n++
			return n%1024 > 0 || ctx.Err() == nil
		})
		if err := ctx.Err(); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// batches fills free batches with the tiles to be made and sends them.
func (c *cover) batches(ctx context.Context, o BulkOptions, free <-chan *batch, send func(*batch)) error {
	var b *batch
	for z := o.MinZoom; z <= o.MaxZoom; z++ {
		more := c.tiles(uint8(z), func(t maptile.Tile) bool {
			if b == nil {
				select {
				case b = <-free:
					b.tiles = b.tiles[:0]
				case <-ctx.Done():
					return false
				}
			}
			if b.tiles = append(b.tiles, t); len(b.tiles) == batchTiles {
				send(b)
				b = nil
			}
			return true
		})
		if !more {
			return ctx.Err()
		}
	}
	if b != nil {
		send(b)
	}
	return nil
}

// deliver gives what was made to the sink.
func (b *batch) deliver(ctx context.Context, stats *BulkStats, sink func(maptile.Tile, []byte) error) error {
	if b.err != nil {
		return b.err
	}
	stats.Dropped += b.dropped
	from := 0
	for i, to := range b.ends {
		if to > from {
			if err := ctx.Err(); err != nil {
				return err
			}
			stats.Tiles++
			if err := sink(b.tiles[i], b.data[from:to:to]); err != nil {
				return fmt.Errorf("tile %v: %w", b.tiles[i], err)
			}
		}
		from = to
	}
	return nil
}

type bulkWorker struct {
	encoder encode.Encoder
	raw     []byte
	gzip    *gzip.Writer
}

func newBulkWorker() *bulkWorker {
	w, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails for no level that there is
	return &bulkWorker{gzip: w}
}

// fill makes a batch's tiles.
func (w *bulkWorker) fill(ctx context.Context, b *batch, snap *snapshot.Snapshot, layerIDs []string, o encode.Options) {
	b.data, b.ends, b.dropped, b.err = b.data[:0], b.ends[:0], 0, nil
	for _, t := range b.tiles {
		if b.err = ctx.Err(); b.err != nil {
			return
		}
		if w.raw, b.err = w.encoder.Append(w.raw[:0], snap, layerIDs, t, o); b.err != nil {
			return
		}
		b.dropped += w.encoder.Stats.Dropped
		if len(w.raw) > 0 {
			w.gzip.Reset((*growing)(&b.data))
			write(w.gzip, w.raw)
		}
		b.ends = append(b.ends, len(b.data))
	}
}

// growing is a slice that what is written is appended to.
type growing []byte

func (g *growing) Write(p []byte) (int, error) {
	*g = append(*g, p...)
	return len(p), nil
}
