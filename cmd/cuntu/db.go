package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

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

// Run lists differences; any is an error.
func (c *checkCmd) Run(ctx context.Context, log *slog.Logger) error {
	if !isPostgres(c.Store) { // opening a GeoPackage brings it in line
		store, err := openStore(ctx, c.Store, catalog(), log)
		if err != nil {
			return err
		}
		fmt.Println("The store agrees with the catalogue.")
		return store.Close()
	}
	differences, err := postgis.Check(ctx, c.Store, catalog())
	if err != nil {
		return err
	}
	for _, d := range differences {
		fmt.Println(d)
	}
	if len(differences) > 0 {
		return errors.New("the database differs from the catalogue; `cuntu db migrate` adds what is missing")
	}
	fmt.Println("The store agrees with the catalogue.")
	return nil
}
