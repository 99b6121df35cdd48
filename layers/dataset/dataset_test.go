package dataset

import (
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestSourcesAreCreditedAndWhatIsMadeUpIsNot(t *testing.T) {
	catalog := layers.Builtin()
	l, _ := catalog.Layer("dataset")
	b := snapshot.NewBuilder(catalog)
	for i, d := range []struct {
		source string
		made   bool
	}{{"A & B", false}, {"nobody", true}, {"", false}, {"C", false}} {
		f := &layers.Feature{ID: int64(i + 1), Values: make([]layers.Value, len(l.Fields))}
		f.Values[l.Field("source")], f.Values[l.Field("synthetic")] = layers.Text(d.source), layers.Bool(d.made)
		f.Values[l.Field("layers")] = layers.Text("road" + layers.ListSeparator + "village")
		if err := b.Add(l, f); err != nil {
			t.Fatal(err)
		}
	}
	snap := b.Snapshot()
	if got := Attribution(snap, "甲 & 乙"); got != "甲 &amp; 乙 | A &amp; B | C" {
		t.Errorf("the credits are %q", got)
	}
	if list := List(snap); len(list) != 4 || len(list[0].Layers) != 2 || list[0].Layers[1] != "village" {
		t.Errorf("the datasets are %+v", list)
	}
}
