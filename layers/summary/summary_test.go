package summary

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/service"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestAsksThatALayerCannotAnswerAreRefusedWithWhatIsAllowed(t *testing.T) {
	catalog := service.Builtin().Extend(layers.Builtin())
	for _, c := range []struct{ layer, fields, breaks, by, weight, says string }{
		{"village", "name", "", "county", "", `"name" is no field of layer village that can be summed up: allowed are elevation`},
		{"village", "nothing", "", "county", "", `"nothing"`},
		{"village", "population,population", "", "county", "", "twice"},
		{"village", "fibre/population", "", "county", "", `"fibre" is no field of layer village that is a number`},
		{"village", "population/fibre", "", "county", "", `"fibre" is no field of layer village that is a number`},
		{"village", "population", "5,x", "county", "", "ascending numbers"},
		{"village", "population", "5,5", "county", "", "ascending numbers"},
		{"village", "population", "5,NaN", "county", "", "ascending numbers"},
		{"village", "population", "income:5", "county", "", `"income" is none of the number fields asked for`},
		{"village", "population", strings.Repeat("1,", 60), "county", "", "ascending"},
		{"village", "fibre", "5", "county", "", "none of the number fields"},
		{"village", "population", "", "county", "name", `"name" is no field`},
		{"river", "", "", "county", "", "features of layer river do not say their county"},
		{"road", "", "", "town", "", "features of layer road do not say their town"},
	} {
		l, ok := catalog.Layer(c.layer)
		if !ok {
			t.Fatal(c.layer)
		}
		var ids []string
		if c.fields != "" {
			ids = strings.Split(c.fields, ",")
		}
		columns, err := Columns(l, ids)
		if err == nil && c.breaks != "" {
			err = SetBreaks(columns, c.breaks)
		}
		ask := Ask{By: By(c.by), Weight: c.weight, Columns: columns}
		var wrong layers.Faults
		ask.Check(l, &wrong)
		err = errors.Join(err, wrong.Err())
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAnswersAreKeptUntilTheSnapshotChanges(t *testing.T) {
	var c Cache
	first, second, computed := &snapshot.Snapshot{}, &snapshot.Snapshot{}, 0
	compute := func() ([]Area, error) { computed++; return []Area{{Count: computed}}, nil }
	for i, step := range []struct {
		snap *snapshot.Snapshot
		key  string
		want int
	}{{first, "a", 1}, {first, "a", 1}, {first, "b", 2}, {first, "a", 1}, {second, "a", 3}, {first, "a", 4}} {
		if got, err := c.Get(step.snap, step.key, compute); err != nil || got[0].Count != step.want {
			t.Errorf("step %d: answer %d, want %d (%v)", i, got[0].Count, step.want, err)
		}
	}
}

func TestComputeEndsWithItsContext(t *testing.T) {
	l, _ := service.Builtin().Extend(layers.Builtin()).Layer("village")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := snapshot.NewBuilder(&layers.Catalog{Layers: []*layers.Layer{l}})
	snap := b.Snapshot()
	table, _ := snap.Table("village")
	if _, err := Compute(ctx, snap, table, Ask{By: ByCounty}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
