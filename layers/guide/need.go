package guide

import (
	"strings"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// need is data that a step brings, or that a question asks for.
type need struct {
	layer string // "" for heights of the ground, which are no layer
	// fields are those of which one is to have a value; none where the feature itself will do.
	fields []string
	placed bool // it is to have a place
}

// heights is the need for an elevation model.
var heights = need{}

// Data is how much of what is needed is there.
type Data struct {
	Layer string       `json:"layer,omitempty"` // none of heights of the ground
	Title layers.Words `json:"title"`
	Count int          `json:"count"` // features that have it
	Of    int          `json:"of"`    // features of the layer
	// Writable tells that who asks may import it.
	Writable bool `json:"writable"`
}

// World is what is looked at.
type World struct {
	Snap    *snapshot.Snapshot
	Heights bool // an elevation model is there
	// Writable tells whether who asks may write a layer.
	Writable func(*layers.Layer) bool
}

// look is how much of a need is there; ok is false where the reader may know of no such thing.
func (w *World) look(n need) (d Data, ok bool) {
	if n.layer == "" {
		d = Data{Title: layers.Words{Zh: "高程（地形）", En: "Heights of the ground"}, Of: 1}
		if w.Heights {
			d.Count = 1
		}
		if sources, ok := w.Snap.Table("dataset"); ok { // where an import of heights credits them
			d.Writable = w.Writable(sources.Layer)
		}
		return d, true
	}
	t, ok := w.Snap.Table(n.layer)
	if !ok {
		return d, false
	}
	fields := fieldsOf(t.Layer, n.fields)
	if len(fields) == 0 && len(n.fields) > 0 {
		return d, false
	}
	return Data{
		Layer: n.layer, Title: titleOf(t.Layer, fields, n.placed), Count: t.Count(fields, n.placed), Of: t.Len(), Writable: w.Writable(t.Layer),
	}, true
}

// fieldsOf are the fields by index, as far as the layer has them.
func fieldsOf(l *layers.Layer, ids []string) (fields []int) {
	for _, id := range ids {
		if i := l.Field(id); i >= 0 {
			fields = append(fields, i)
		}
	}
	return fields
}

// mostNamed is how many fields of a need are named.
const mostNamed = 3

// titleOf names a need: 行政村的位置, 行政村：通光缆或通宽带年份.
func titleOf(l *layers.Layer, fields []int, placed bool) layers.Words {
	switch {
	case len(fields) > 0:
		var zh, en []string
		for _, f := range fields[:min(mostNamed, len(fields))] {
			zh, en = append(zh, l.Fields[f].Title.Zh), append(en, l.Fields[f].Title.En)
		}
		title := layers.Words{Zh: l.Title.Zh + "：" + strings.Join(zh, "或"), En: l.Title.En + ": " + strings.Join(en, " or ")}
		if len(fields) > mostNamed {
			title.Zh, title.En = title.Zh+"等", title.En+" and more"
		}
		return title
	case placed && l.Outlines == "":
		return layers.Words{Zh: l.Title.Zh + "的位置或范围", En: l.Title.En + ": places or outlines"}
	}
	return l.Title
}
