package access

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/area"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// ReaderClass names all readers who may see the same: those whose grants to read say the same. What one of them is shown may
// be kept for the others. It is "" where nothing is hidden.
func (r Rights) ReaderClass() string {
	if r.class != nil {
		return *r.class
	}
	var lines []string
	for _, g := range r.Grants {
		if g.Verb != Read {
			continue
		}
		if g.Layer == AllLayers && g.Class == Sensitive && g.Area == "" && g.Within == "" {
			return ""
		}
		lines = append(lines, fmt.Sprintf("%s|%d|%s|%s", g.Layer, g.Class, g.Area, g.Within))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(lines), "\n")))
	return hex.EncodeToString(sum[:8])
}

// Ready are rights that know their class of readers, which else is found at each request. They are not to be changed.
func (r Rights) Ready() Rights {
	class := r.ReaderClass()
	r.class = &class
	return r
}

// mostClasses is how many classes of readers Views keeps snapshots for; a prefecture has some dozens.
const mostClasses = 64

// Views keeps snapshots as classes of readers see them. After an edit a view is made from the one before: it costs the pages
// that were edited. The zero Views is ready for any number of goroutines.
type Views struct {
	areas area.Cache

	mu      sync.Mutex
	classes []*view // the one last asked for at the end
}

// view is what a class of readers sees.
type view struct {
	class string

	mu     sync.Mutex
	seen   []seen              // snapshots, the latest at the end
	tables map[string][]masked // by layer, the latest at the end
}

type seen struct{ of, view *snapshot.Snapshot }

type masked struct {
	snapshot.Masked
	by *area.Index
}

// keptViews is how many snapshots, and tables of each layer, a view keeps: the data alone, with what is derived, and as of
// some years.
const keptViews = 4

// Reader is somebody who reads with rights.
type Reader struct {
	views  *Views
	rights Rights
	class  string
}

// Reader is who reads with the rights.
func (v *Views) Reader(r Rights) *Reader { return &Reader{v, r, r.ReaderClass()} }

// Class is that of the reader: who is of the same may see the same.
func (r *Reader) Class() string { return r.class }

// See is the snapshot as the reader may see it: without the layers, rows and fields that he may not read. It is the
// snapshot itself where nothing is hidden.
func (r *Reader) See(snap *snapshot.Snapshot) *snapshot.Snapshot {
	if r.class == "" || snap == nil {
		return snap
	}
	return r.views.view(r.class).of(snap, r.rights, &r.views.areas)
}

// SeePast is an earlier state of some layers as the reader may see it, by where the areas lie now.
func (r *Reader) SeePast(now, past *snapshot.Snapshot) *snapshot.Snapshot {
	if r.class == "" {
		return past
	}
	tables := slices.Clone(past.Tables())
	for i, t := range tables {
		tables[i] = r.SeeTable(now, t)
	}
	return past.Masked(tables)
}

// PastReader is a reader of earlier states, who sees them by where the areas lie now.
type PastReader struct {
	*Reader
	now *snapshot.Snapshot
}

// Then is the reader as one of earlier states.
func (r *Reader) Then(now *snapshot.Snapshot) PastReader { return PastReader{r, now} }

// See is what the reader may see of an earlier state.
func (r PastReader) See(past *snapshot.Snapshot) *snapshot.Snapshot { return r.SeePast(r.now, past) }

// SeeTable is what the reader may see of a table of an earlier state.
func (r PastReader) SeeTable(_ *snapshot.Snapshot, t *snapshot.Table) *snapshot.Table {
	return r.Reader.SeeTable(r.now, t)
}

// SeeTable is a table, in the place of one of the snapshot, as the reader may see it; nil where he may see nothing of it.
func (r *Reader) SeeTable(snap *snapshot.Snapshot, t *snapshot.Table) *snapshot.Table {
	if r.class == "" {
		return t
	}
	v := r.views.view(r.class)
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.table(t, r.rights, r.views.areas.Get(snap))
}

func (v *Views) view(class string) *view {
	v.mu.Lock()
	defer v.mu.Unlock()
	i := slices.IndexFunc(v.classes, func(o *view) bool { return o.class == class })
	if i < 0 {
		v.classes = append(v.classes, &view{class: class, tables: map[string][]masked{}})
		if len(v.classes) > mostClasses {
			v.classes = slices.Delete(v.classes, 0, 1)
		}
		return v.classes[len(v.classes)-1]
	}
	found := v.classes[i]
	v.classes = append(slices.Delete(v.classes, i, i+1), found)
	return found
}

func (v *view) of(snap *snapshot.Snapshot, r Rights, areas *area.Cache) *snapshot.Snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range v.seen {
		if s.of == snap {
			return s.view
		}
	}
	x := areas.Get(snap)
	tables := slices.Clone(snap.Tables())
	for i, t := range tables {
		tables[i] = v.table(t, r, x)
	}
	next := snap.Masked(tables)
	v.seen = last(append(v.seen, seen{snap, next}), keptViews)
	return next
}

// table is a table as the class sees it, nil where it does not.
func (v *view) table(t *snapshot.Table, r Rights, x *area.Index) *snapshot.Table {
	before := masked{}
	for _, m := range v.tables[t.Layer.ID] {
		if !m.by.Agrees(x, t.Layer) {
			continue
		}
		if m.Of(t) {
			return m.Table
		}
		if m.Like(t) {
			before = m
		}
	}
	mask, all, none := maskOf(x, r, t)
	if none {
		return nil
	}
	if all {
		return t
	}
	made := masked{t.Mask(mask, before.Masked), x}
	v.tables[t.Layer.ID] = last(append(v.tables[t.Layer.ID], made), keptViews)
	return made.Table
}

func last[T any](list []T, n int) []T {
	return slices.Clone(list[max(0, len(list)-n):])
}

// maskOf is what of a table is hidden from who holds the rights.
func maskOf(x *area.Index, r Rights, t *snapshot.Table) (m snapshot.Mask, all, none bool) {
	var rows [layers.Sensitive + 1]Rows
	for class := range rows {
		rows[class] = Filter(x, r, Read, t, layers.Secrecy(class))
	}
	open := rows[layers.Open]
	if open.None {
		return m, false, true
	}
	gone := map[string]bool{}
	m.Rows, m.Blank = open.Some, map[string]func(uint32) bool{}
	for _, f := range t.Layer.Fields {
		switch own := rows[f.Secrecy]; {
		case own.None:
			gone[f.ID] = true
		case own.Some != nil && f.Secrecy > t.Layer.Secrecy:
			m.Blank[f.ID] = func(row uint32) bool { return !own.Some(row) }
		}
	}
	if len(gone) > 0 {
		m.Gone = func(field string) bool { return gone[field] }
	}
	return m, m.Rows == nil && len(gone) == 0 && len(m.Blank) == 0, false
}
