// Package dataset tells where a snapshot's data comes from: the rows of layer dataset flow in, a list and lines of credit
// flow out.
package dataset

import (
	"html"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Dataset is where some of the data comes from.
type Dataset struct {
	Name      string   `json:"name"`
	Layers    []string `json:"layers"`
	Source    string   `json:"source"`
	Licence   string   `json:"licence"`
	Synthetic bool     `json:"synthetic"` // made up
	Note      string   `json:"note"`
}

// List is the datasets of a snapshot.
func List(snap *snapshot.Snapshot) []Dataset {
	list := []Dataset{}
	t, ok := snap.Table("dataset")
	if !ok {
		return list
	}
	separates := func(r rune) bool { return string(r) == layers.ListSeparator }
	for row := range t.Rows {
		list = append(list, Dataset{
			Name:      t.Get(row, "name").Text(),
			Layers:    strings.FieldsFunc(t.Get(row, "layers").Text(), separates),
			Source:    t.Get(row, "source").Text(),
			Licence:   t.Get(row, "licence").Text(),
			Synthetic: t.Get(row, "synthetic").Bool(),
			Note:      t.Get(row, "note").Text(),
		})
	}
	return list
}

// separator stands between those who are named.
const separator = " | "

// Attribution names whose map it is, where that is not "", and the sources that a licence makes us credit, as HTML: maps show
// it, and sets of tiles carry it.
func Attribution(snap *snapshot.Snapshot, whose string) string {
	names := credits(snap, whose, "")
	for i, name := range names {
		names[i] = html.EscapeString(name)
	}
	return strings.Join(names, separator)
}

// Credit is Attribution as text, with the sources of one layer alone, or of all for "".
func Credit(snap *snapshot.Snapshot, whose, layer string) string {
	return strings.Join(credits(snap, whose, layer), separator)
}

func credits(snap *snapshot.Snapshot, whose, layer string) (names []string) {
	if whose != "" {
		names = append(names, whose)
	}
	for _, d := range List(snap) {
		if d.Source != "" && !d.Synthetic && (layer == "" || len(d.Layers) == 0 || slices.Contains(d.Layers, layer)) {
			names = append(names, d.Source)
		}
	}
	return names
}
