package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/outline"
	"github.com/cuntu/cuntu/layers/snapshot"
)

type migrateCmd struct{ storeFlag }

// Run creates what is missing.
func (c *migrateCmd) Run(ctx context.Context, log *slog.Logger) error {
	store, err := makeStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return err
	}
	fmt.Println("The store has all that the catalogue needs.")
	return store.Close()
}

type checkCmd struct {
	storeFlag
	LeastM2 float64 `name:"least-m2" default:"100" help:"Tell overlaps and gaps between outlines from so many square metres on."`
}

// Run lists differences from the catalogue, and rows that are left out of the map; any is an error. What is wrong between the outlines
// of neighbours it lists too; that is none.
func (c *checkCmd) Run(ctx context.Context, log *slog.Logger) error {
	different := false
	if isPostgres(c.Store) { // opening a GeoPackage brings it in line
		differences, err := postgis.Check(ctx, c.Store, catalog())
		if err != nil {
			return err
		}
		for _, d := range differences {
			fmt.Println(d)
		}
		different = len(differences) > 0
		if slices.ContainsFunc(differences, func(d postgis.Difference) bool { return d.Fatal }) {
			return errDiffers
		}
	}
	if err := c.listFlaws(ctx, log); err != nil {
		return err
	}
	bad, err := c.listLeftOut(ctx, log)
	switch {
	case err != nil:
		return err
	case bad > 0:
		return fmt.Errorf("%d rows are left out of the map; each comes in once it is mended", bad)
	case different:
		return errDiffers
	}
	fmt.Println("The store agrees with the catalogue.")
	return nil
}

var errDiffers = errors.New("the database differs from the catalogue; `cuntu db migrate` adds what is missing")

// mostListed is how many rows that are left out a command names.
const mostListed = 50

// listLeftOut prints the first rows that their layers cannot hold, and counts all.
func (c *checkCmd) listLeftOut(ctx context.Context, log *slog.Logger) (count int, err error) {
	store, err := openStore(ctx, c.Store, catalog(), log)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	err = data.FindLeftOut(ctx, store, func(out data.LeftOut) {
		if count++; count <= mostListed {
			fmt.Println(out.Error())
		}
	})
	if count > mostListed {
		fmt.Printf("and %d more rows\n", count-mostListed)
	}
	return count, err
}

// listFlaws prints what is wrong with the outlines of towns and villages, the largest first, as far as there are some.
func (c *checkCmd) listFlaws(ctx context.Context, log *slog.Logger) (err error) {
	catalog := catalog()
	store, err := openStore(ctx, c.Store, catalog, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	b := snapshot.NewBuilder(catalog)
	wanted := []string{"county", "town", "village", "town_area", "village_area"}
	_, err = store.LoadLayers(ctx, wanted, func(l *layers.Layer, f *layers.Feature) error {
		if len(f.Unread) == 0 {
			_ = b.Add(l, f) // what the layer cannot hold is told as left out
		}
		return nil
	})
	if err != nil {
		return err
	}
	snap := b.Snapshot()
	for _, places := range []string{"town", "village"} {
		flaws, err := outline.Flaws(ctx, snap, places, c.LeastM2)
		if err != nil {
			return err
		}
		for i := range flaws[:min(len(flaws), mostListed)] {
			fmt.Println(flaws[i].Text(snap, places))
		}
		if len(flaws) > mostListed {
			fmt.Printf("and %d more of layer %s\n", len(flaws)-mostListed, places)
		}
	}
	return nil
}
