package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/postgis"
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

type checkCmd struct{ storeFlag }

// Run lists differences from the catalogue, and rows that are left out of the map; any is an error.
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
