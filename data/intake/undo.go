package intake

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake/ledger"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// List gives the imports on record, the newest first.
func (im Importer) List(ctx context.Context) ([]Record, error) {
	docs, err := im.Store.ListDocuments(ctx, recordKind)
	if err != nil {
		return nil, err
	}
	list := []Record{}
	for _, d := range docs {
		r, err := im.Record(ctx, d.ID)
		if errors.Is(err, data.ErrNoDocument) {
			continue // gone in the meantime
		}
		if err != nil {
			return nil, err
		}
		list = append(list, *r)
	}
	slices.SortStableFunc(list, func(a, b Record) int { return b.Time.Compare(a.Time) })
	return list, nil
}

// Record finds an import; the error wraps data.ErrNoDocument where there is none.
func (im Importer) Record(ctx context.Context, id string) (*Record, error) {
	d, err := im.Store.Document(ctx, recordKind, id)
	if err != nil {
		return nil, err
	}
	r := &Record{}
	if err := json.Unmarshal(d.Content, r); err != nil {
		return nil, fmt.Errorf("the record of import %s is damaged: %w", id, err)
	}
	return r, nil
}

// UndoError tells why an import cannot be taken back.
type UndoError struct {
	ID     string
	Undone *time.Time // it was already
	// Count features were changed since, by a person or another import; Features are
	// the first of them, as name or id.
	Count    int
	Features []string
}

func (e *UndoError) Error() string {
	if e.Undone != nil {
		return fmt.Sprintf("import %s was undone already, on %s", e.ID, e.Undone.Local().Format("2006-01-02 15:04"))
	}
	more := ""
	if e.Count > len(e.Features) {
		more = ", …"
	}
	return fmt.Sprintf("import %s cannot be undone: %d of its features were changed since (%s%s); undo later imports first",
		e.ID, e.Count, strings.Join(e.Features, ", "), more)
}

// deed is what an import did to one feature.
type deed struct {
	id     int64
	print  uint64
	effect effect
	met    bool
}

const namedInUndo = 5

// Undo takes an import back in one transaction: what it added goes, what it changed
// or removed is as it was. It is refused where any of that was changed since.
func (im Importer) Undo(ctx context.Context, id, by string, progress Progress) (*Record, error) {
	r, err := im.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Undone != nil {
		return nil, &UndoError{ID: id, Undone: r.Undone}
	}
	l, ok := im.Catalog.Layer(r.Layer)
	if !ok {
		return nil, fmt.Errorf("import %s is of layer %s, which the catalogue has no more", id, r.Layer)
	}
	progress.stage(Loading)
	deeds, err := im.deeds(ctx, r)
	if err != nil {
		return nil, err
	}
	cursor, err := im.unchanged(ctx, l, r, deeds)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	r.Undone, r.UndoneBy = &now, by
	doc, err := r.document()
	if err != nil {
		return nil, err
	}
	docs := []data.Document{doc}
	books, err := ledger.ReadBooks(ctx, im.Store, r.Layer)
	if err != nil {
		return nil, err
	}
	for _, book := range books {
		if !book.Drop(id) {
			continue
		}
		without, err := book.Document(by)
		if err != nil {
			return nil, err
		}
		docs = append(docs, without)
		refused, err := book.ReadRefused(ctx, im.Store)
		if err != nil {
			return nil, err
		}
		disputes, err := ledger.ReadDisputes(ctx, im.Store, id)
		if err != nil {
			return nil, err
		}
		refused.Forget(disputes)
		if without, err = book.RefusedDocument(refused, by); err != nil {
			return nil, err
		}
		docs = append(docs, without)
	}
	step := progress.stage(Writing)
	_, err = im.Store.Write(ctx, data.Writing{
		Edits: im.reversed(ctx, l, r, deeds, step), Since: cursor, Layers: []string{l.ID}, Documents: data.Keep(docs...),
		Ends: im.ends(r), By: im.authorship(data.FromRestore, r, by),
	})
	if err != nil {
		return nil, err
	}
	im.forget(ctx, r)
	return r, nil
}

// deeds reads what an import did, by ascending id.
func (im Importer) deeds(ctx context.Context, r *Record) ([]deed, error) {
	z, err := zstd.NewReader(im.chunks(ctx, r, partDone, r.Chunks[0]), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	in := bufio.NewReader(z)
	var list []deed
	last := int64(0)
	for {
		e, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			break
		}
		var step int64
		if err == nil {
			step, err = binary.ReadVarint(in)
		}
		var print [8]byte
		if err == nil {
			_, err = io.ReadFull(in, print[:])
		}
		if err != nil {
			return nil, fmt.Errorf("what import %s did: %w", r.ID, err)
		}
		last += step
		list = append(list, deed{id: last, print: binary.LittleEndian.Uint64(print[:]), effect: effect(e)})
	}
	slices.SortFunc(list, func(a, b deed) int { return cmp.Compare(a.id, b.id) })
	return list, nil
}

func findDeed(deeds []deed, id int64) *deed {
	i, ok := slices.BinarySearchFunc(deeds, id, func(d deed, id int64) int { return cmp.Compare(d.id, id) })
	if !ok {
		return nil
	}
	return &deeds[i]
}

// unchanged is an error where features are not as the import left them.
func (im Importer) unchanged(ctx context.Context, l *layers.Layer, r *Record, deeds []deed) (data.Cursor, error) {
	prints := newFingerprint()
	wrong := &UndoError{ID: r.ID}
	name := l.Field("name")
	differs := func(title string) {
		if wrong.Count++; len(wrong.Features) < namedInUndo {
			wrong.Features = append(wrong.Features, title)
		}
	}
	cursor, err := im.Store.LoadLayers(ctx, []string{l.ID}, func(_ *layers.Layer, f *layers.Feature) error {
		d := findDeed(deeds, f.ID)
		if d == nil {
			return nil
		}
		d.met = true
		shape, err := geo.NewShape(f.Geometry)
		if err != nil || d.effect == removed || prints.of(f.Values, nil, shape) != d.print {
			title := fmt.Sprintf("id %d", f.ID)
			if name >= 0 && f.Values[name].Text() != "" {
				title = f.Values[name].Text()
			}
			differs(title)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for i := range deeds {
		if d := &deeds[i]; !d.met && d.effect != removed {
			differs(fmt.Sprintf("id %d", d.id))
		}
	}
	if wrong.Count > 0 {
		return "", wrong
	}
	return cursor, nil
}

// reversed are the edits that take an import back. What was added goes first, so
// that codes are free for what comes back.
func (im Importer) reversed(ctx context.Context, l *layers.Layer, r *Record, deeds []deed,
	progress func(done, total int64),
) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		n := int64(0)
		say := func(e layers.Edit) bool {
			if n++; n%1024 == 0 {
				progress(n, int64(len(deeds)))
			}
			return yield(e, nil)
		}
		for _, d := range deeds {
			if d.effect == inserted && !say(layers.Edit{Op: layers.Delete, Layer: l.ID, Feature: layers.Feature{ID: d.id}}) {
				return
			}
		}
		if r.Chunks[1] == 0 {
			return
		}
		z, err := zstd.NewReader(im.chunks(ctx, r, partBefore, r.Chunks[1]), zstd.WithDecoderConcurrency(1))
		if err != nil {
			yield(layers.Edit{}, err)
			return
		}
		defer z.Close()
		in := bufio.NewReader(z)
		for {
			f, err := readFeature(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(layers.Edit{}, err)
				return
			}
			d := findDeed(deeds, f.ID)
			if d == nil || d.effect == inserted {
				continue // was to be touched and was not
			}
			e := layers.Edit{
				Op: layers.Put, Layer: l.ID,
				Feature: layers.Feature{ID: f.ID, Geometry: f.Geometry, Values: refit(l, r.Fields, f.Values)},
			}
			if d.effect == removed {
				e.Op = layers.Insert
			}
			if !say(e) {
				return
			}
		}
	}
}

// refit puts values that were kept by the fields of then into those of now.
func refit(l *layers.Layer, fields []string, values []layers.Value) []layers.Value {
	out := make([]layers.Value, len(l.Fields))
	for i, id := range fields {
		if f := l.Field(id); f >= 0 && i < len(values) {
			out[f] = values[i]
		}
	}
	return out
}

// forget drops what undid an import. That it may fail costs some room and no more.
func (im Importer) forget(ctx context.Context, r *Record) {
	_ = ledger.DropDisputes(ctx, im.Store, r.ID)
	for part, n := range map[byte]int{partDone: r.Chunks[0], partBefore: r.Chunks[1]} {
		for i := range n {
			_ = im.Store.DeleteDocument(ctx, undoKind, r.chunk(part, i))
		}
	}
}
