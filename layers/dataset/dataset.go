// Package dataset tells where a snapshot's data comes from: the rows of layer dataset flow in, a list and a line of credits
// flow out.
package dataset

import (
	"html"
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

// Attribution credits the sources that a licence makes us credit, as HTML: maps show it, and sets of tiles carry it.
func Attribution(snap *snapshot.Snapshot) string {
	var names []string
	for _, d := range List(snap) {
		if d.Source != "" && !d.Synthetic {
			names = append(names, html.EscapeString(d.Source))
		}
	}
	return strings.Join(names, " | ")
}
