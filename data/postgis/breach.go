package postgis

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/layers"
)

// breach is the rows that break a constraint which does not bind them: it came
// after them, or somebody dropped it.
type breach struct {
	count int64
	ids   []int64 // the first
}

const mostBreaches = 10

// breachSQL passes over rows of which the condition says neither yes nor no, as a
// check constraint does.
const breachSQL = `SELECT id, count(*) OVER () FROM %s WHERE NOT (%s) ORDER BY id LIMIT $1`

// String follows what is said of the constraint.
func (b breach) String() string {
	if b.count == 0 {
		return ""
	}
	ids := make([]string, len(b.ids))
	for i, id := range b.ids {
		ids[i] = strconv.FormatInt(id, 10)
	}
	more := ""
	if rest := b.count - int64(len(ids)); rest > 0 {
		more = fmt.Sprintf(" and %d more", rest)
	}
	return fmt.Sprintf(" (broken by id %s%s)", strings.Join(ids, ", "), more)
}

// findBreaches looks for them where a constraint does not hold for every row.
func (f *found) findBreaches(ctx context.Context, db querier, catalog *layers.Catalog) error {
	for _, l := range catalog.Layers {
		have := f.tables[l.ID]
		if have == nil {
			continue
		}
		t := tableOf(l, f.postgis)
		if slices.ContainsFunc(have.differences(t), func(d Difference) bool { return d.Fatal }) {
			continue // the conditions may name what is not there
		}
		have.breaches = map[string]breach{}
		for _, c := range t.checks {
			if k, ok := have.constraints[c.name]; ok && k.comment == c.condition && k.validated {
				continue
			}
			var b breach
			var id int64
			rows, err := db.Query(ctx, fmt.Sprintf(breachSQL, t.name, c.condition), mostBreaches)
			if err == nil {
				_, err = pgx.ForEachRow(rows, []any{&id, &b.count}, func() error { b.ids = append(b.ids, id); return nil })
			}
			if err != nil {
				return fmt.Errorf("table %s: look for rows that break %s: %w", t.name, c.name, err)
			}
			have.breaches[c.name] = b
		}
	}
	return nil
}
