package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/demo"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/layers"
)

type demoCmd struct {
	storeFlag
	Seed  uint64 `default:"1" help:"Another number makes another prefecture."`
	Scale int    `default:"1" help:"How many such prefectures side by side, for benchmarks."`
}

// demoCell is the size in seconds of arc of the demo's elevation model, that of SRTM's
// public one: some 90 m, a third of the cells that the ground is made of.
const demoCell = 3

// Run fills an empty store in one transaction.
func (c *demoCmd) Run(ctx context.Context, log *slog.Logger) error {
	if c.Scale < 1 || c.Scale > demo.MaxScale {
		return fmt.Errorf("--scale must be 1 to %d, not %d", demo.MaxScale, c.Scale)
	}
	began := time.Now()
	catalog := catalog()
	store, err := makeStore(ctx, c.Store, catalog, log)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := isEmpty(ctx, store); err != nil {
		return err
	}
	prefecture, err := demo.New(demo.Options{Seed: c.Seed, Scale: c.Scale})
	if err != nil {
		return err
	}
	ids, err := store.Write(ctx, data.Writing{
		Edits: prefecture.Edits(),
		By:    data.Authorship{Name: author(), Origin: data.FromCommand, Reason: "demo"},
		Documents: func([]int64) iter.Seq2[data.Document, error] {
			ground := prefecture.Terrain()
			return elevation.Drawn(ctx, ground.Bound(), demoCell, began, ground.Height)
		},
	})
	if err != nil {
		return fmt.Errorf("write the demo: %w", err)
	}
	fmt.Printf("Wrote %d features in %v. All but names, codes and outlines is made up.\n", len(ids), time.Since(began).Round(time.Millisecond))
	return store.Close()
}

var errNotEmpty = errors.New("the store already holds data, which the demo would mix with; use an empty one")

func isEmpty(ctx context.Context, store data.Store) error {
	_, err := store.Load(ctx, func(*layers.Layer, *layers.Feature) error { return errNotEmpty })
	return err
}
