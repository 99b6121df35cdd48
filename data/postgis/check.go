package postgis

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data/postgis/address"
	"github.com/cuntu/cuntu/layers"
)

// Difference is one way in which a database is not as the catalogue would have
// it.
type Difference struct {
	Table string // layer id, "" for the schema as a whole
	What  string
	// Fatal differences make Open refuse; with the others Cuntu works, less well.
	Fatal bool
}

func (d Difference) String() string {
	if d.Table == "" {
		return d.What
	}
	return "table " + schema + "." + d.Table + ": " + d.What
}

// Check tells how the database at a URL differs from what Migrate would make of
// it; nothing where it does not. It names the first rows that break a constraint.
func Check(ctx context.Context, url string, catalog *layers.Catalog) ([]Difference, error) {
	c, err := address.Config(url)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, c.ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("check PostGIS: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	f, err := inspect(ctx, conn)
	if err != nil {
		return nil, fmt.Errorf("check PostGIS: %w", err)
	}
	if err := f.findBreaches(ctx, conn, catalog); err != nil {
		return nil, fmt.Errorf("check PostGIS: %w", err)
	}
	return f.differences(catalog), nil
}

func (f *found) differences(catalog *layers.Catalog) []Difference {
	var all []Difference
	if err := f.suits(); err != nil {
		all = append(all, Difference{What: err.Error(), Fatal: true})
	}
	if f.postgis == "" {
		all = append(all, Difference{What: "the extension postgis is missing", Fatal: true})
	}
	if want := newestVersion(); f.hidden {
		all = append(all, Difference{
			What:  "the role lacks privileges in schema cuntu (see the grants in the documentation of data/postgis)",
			Fatal: true,
		})
	} else if f.lockedOut {
		all = append(all, Difference{
			What:  "the role lacks privileges in schema cuntu_accounts (see the grants in the documentation of data/postgis)",
			Fatal: true,
		})
	} else if f.version < want {
		all = append(all, Difference{What: fmt.Sprintf("schema cuntu is at version %d, not %d", f.version, want), Fatal: true})
	}
	for _, l := range catalog.Layers {
		have := f.tables[l.ID]
		if have == nil {
			all = append(all, Difference{l.ID, "is missing", true})
			continue
		}
		for _, d := range have.differences(tableOf(l, f.postgis)) {
			d.Table = l.ID
			all = append(all, d)
		}
	}
	return all
}

// oldestServer is the first with max(xid8) and all else the migrations use.
const oldestServer = 15

// suits is an error where no migration can help.
func (f *found) suits() error {
	switch {
	case f.server/10000 < oldestServer:
		return fmt.Errorf("the server is PostgreSQL %d; Cuntu needs %d or newer", f.server/10000, oldestServer)
	case f.encoding != "UTF8":
		return fmt.Errorf("the database is encoded as %s; Cuntu needs UTF8, which holds every name", f.encoding)
	}
	return nil
}

func (f *foundTable) differences(t *table) []Difference {
	var all []Difference
	note := func(fatal bool, format string, args ...any) {
		all = append(all, Difference{What: fmt.Sprintf(format, args...), Fatal: fatal})
	}
	if f.comment != t.comment {
		note(false, "has another comment")
	}
	for _, c := range t.columns {
		have, ok := f.columns[c.name]
		switch {
		case !ok:
			note(true, "column %s is missing", c.name)
			continue
		case have.kind != c.kind:
			note(true, "column %s is of type %s, not %s", c.name, have.kind, c.kind)
		case have.required != c.required:
			note(false, "column %s differs in NOT NULL", c.name)
		}
		if have.comment != c.comment {
			note(false, "column %s has another comment", c.name)
		}
	}
	for name, c := range f.columns {
		if c.required && !c.filled && !slices.ContainsFunc(t.columns, func(w column) bool { return w.name == name }) {
			note(false, "column %s, which the catalogue does not know, is NOT NULL without a default, so that no feature can be added", name)
		}
	}
	for _, c := range t.checks {
		have, ok := f.constraints[c.name]
		switch {
		case !ok:
			note(false, "constraint %s is missing%s", c.name, f.breaches[c.name])
		case have.comment != c.condition:
			note(false, "constraint %s is out of date%s", c.name, f.breaches[c.name])
		case !have.validated:
			note(false, "some rows break the constraint %s%s", c.name, f.breaches[c.name])
		}
	}
	for _, name := range t.keys() {
		if _, ok := f.constraints[name]; !ok {
			note(true, "constraint %s is missing", name)
		}
	}
	if name, ok := t.geometryIndex(); ok && !f.indexes[name] {
		note(false, "index %s is missing", name)
	}
	for _, name := range t.triggerNames() {
		if !f.triggers[name] {
			note(true, "trigger %s is missing or not enabled always", name)
		}
	}
	if f.keeps != t.keepBody() {
		note(false, "the function that writes its history is not that of this catalogue")
	}
	slices.SortFunc(all, func(a, b Difference) int { return strings.Compare(a.What, b.What) })
	return all
}

// newestVersion is that of the last migration in the binary.
func newestVersion() int64 {
	names, _ := fs.Glob(migrations, "migrations/*.sql")
	var newest int64
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}
