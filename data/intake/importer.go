// Package intake takes the files of planning offices into a store: it finds out
// what a file holds, matches its columns to a layer's fields, checks every row
// before anything is written, writes the good ones in one transaction with a
// record of it, and takes an import back.
//
// A file on disk and Options flow in; a Sheet (what was recognised), a Report
// (what is wrong, row by row, and what would change) and edits to a data.Store
// flow out. Nothing is guessed silently: what the file does not say and the
// options do not either is a Need, and nothing is written until it is settled.
//
// A file is read twice, once to check and once to write, and never held in
// memory. What is held grows with the layer that is written to (its snapshot) and
// takes some 150 bytes for each row of the file that has a code or is new.
//
// It answers no request and prints nothing: cmd and web do.
package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/divisions"
	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/layers"
)

// Importer takes files into a store.
type Importer struct {
	Store   data.Store
	Catalog *layers.Catalog
	// Divisions tell of codes that are in use no more; nil for none.
	Divisions *divisions.Pack

	// By is who imports or takes back, of whom the history is told. How it came and what it belongs to the importer says.
	By data.Authorship

	// Ends, unless it is nil, gives the end of the job that does the import or takes it back: what is written and the job's
	// end come to pass together or not at all. The result is the *Report or the *Record.
	Ends func(result any) (data.JobEnd, error)
}

// authorship is what the history is told of an import, or of its being taken back.
func (im Importer) authorship(from data.Origin, r *Record, author string) data.Authorship {
	by := im.By
	by.Origin, by.Batch = from, r.ID
	by.Name = cmp.Or(by.Name, author)
	by.Reason = cmp.Or(by.Reason, strings.ToValidUTF8(r.File[:min(len(r.File), data.MostReason)], ""))
	return by
}

// ends is what Writing.Ends wants.
func (im Importer) ends(result any) func() (data.JobEnd, error) {
	if im.Ends == nil {
		return nil
	}
	return func() (data.JobEnd, error) { return im.Ends(result) }
}

// Stage is a part of an import.
type Stage string

// The stages, in order.
const (
	Loading   Stage = "load"   // what the store holds
	Checking  Stage = "check"  // the file, row by row
	Rejecting Stage = "reject" // writing the bad rows to a file
	Keeping   Stage = "keep"   // what will be changed, for undo
	Writing   Stage = "write"  // the good rows
	Finishing Stage = "finish" // committing
)

// Progress hears how far a stage is, in units of the stage's own; total is 0 where
// it is not known. It may be nil.
type Progress func(s Stage, done, total int64)

func (p Progress) stage(s Stage) func(done, total int64) {
	if p == nil {
		return func(int64, int64) {}
	}
	p(s, 0, 0)
	return func(done, total int64) { p(s, done, total) }
}

// BadRowsError tells that nothing was written, because rows are bad and
// Options.SkipBad does not allow for that, or because the file as a whole is.
type BadRowsError struct{ Report *Report }

func (e *BadRowsError) Error() string {
	if e.Report.Blocked {
		return fmt.Sprintf("%s: nothing was written: the file cannot be read as it is meant", e.Report.File)
	}
	return fmt.Sprintf("%s: nothing was written: %d of %d rows are bad", e.Report.File, e.Report.Bad, e.Report.Rows)
}

// Inspect tells what is recognised in a file. It writes nothing.
func (im Importer) Inspect(ctx context.Context, path string, o Options) (*Sheet, error) {
	b, err := readBase(ctx, im.Store, im.Catalog, orElse(o.Layer, "county"))
	if err != nil {
		return nil, err
	}
	if err := o.clip(b); err != nil {
		return nil, err
	}
	return inspect(ctx, path, o, im.Catalog, b)
}

// Check reads a file and tells what is wrong with it and what an import would do.
// It writes nothing but Options.Rejects. The error is a *NeedError where something
// must be settled first.
func (im Importer) Check(ctx context.Context, path string, o Options, progress Progress) (*Report, error) {
	_, report, err := im.check(ctx, path, o, progress)
	return report, err
}

func (im Importer) check(ctx context.Context, path string, o Options, progress Progress) (*checker, *Report, error) {
	progress.stage(Loading)
	if o.Layer == "" {
		return nil, nil, layers.NewFault("layer", "is required: one of "+"%s", join(im.Catalog.IDs()))
	}
	b, err := readBase(ctx, im.Store, im.Catalog, o.Layer)
	if err != nil {
		return nil, nil, err
	}
	b.divisions = im.Divisions
	if err := o.clip(b); err != nil {
		return nil, nil, err
	}
	sheet, err := inspect(ctx, path, o, im.Catalog, b)
	if err != nil {
		return nil, nil, err
	}
	if len(sheet.Needs) > 0 {
		return nil, nil, &NeedError{sheet}
	}
	b.roam(sheet.Format)
	c, problems, err := newChecker(path, o, b, sheet.src, placer{sheet.src.CRS, sheet.Swap})
	if err != nil {
		return nil, nil, err
	}
	if len(c.plain)+len(c.refs) == 0 && (len(sheet.places) == 0 || !b.layer.HasGeometry()) {
		return nil, nil, layers.NewFault("map", "no column of the file is a field of layer %s; it has %s", b.layer.ID, join(sheet.src.Headings()))
	}
	if sheet.found.En != "" {
		problems = append(problems, Problem{Kind: Suspect, Warning: true, Message: sheet.found})
	}
	if c.comparison, err = im.compareWith(ctx, c); err != nil {
		return nil, nil, err
	}
	report := newReport(filepath.Base(path), c, problems)
	if err := c.pass(ctx, true, progress.stage(Checking), func(r *row) error {
		report.take(c, r)
		return nil
	}); err != nil {
		return nil, nil, err
	}
	report.finish(c)
	if err := im.whence(ctx, c); err != nil {
		return nil, nil, err
	}
	if o.Rejects != "" && report.Bad > 0 {
		if err := c.reject(ctx, o.Rejects, progress.stage(Rejecting)); err != nil {
			return nil, nil, fmt.Errorf("write the bad rows: %w", err)
		}
		report.Rejects = true
	}
	return c, report, nil
}

// Import checks a file and writes its good rows in one transaction, together with
// a Record of it. Where rows are bad and Options.SkipBad is not set it writes
// nothing and gives a *BadRowsError with the report. Where the layer changed
// between check and write it is checked and tried again.
func (im Importer) Import(ctx context.Context, path string, o Options, author string, progress Progress) (*Report, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		report, err := im.importOnce(ctx, path, o, author, progress)
		if attempt < attempts && (errors.Is(err, data.ErrChanged) || errors.Is(err, data.ErrExpired)) {
			continue
		}
		return report, err
	}
}

func (im Importer) importOnce(ctx context.Context, path string, o Options, author string, progress Progress) (*Report, error) {
	c, report, err := im.check(ctx, path, o, progress)
	if err != nil {
		return report, err
	}
	if report.Blocked || report.Bad > 0 && !o.SkipBad {
		return report, &BadRowsError{report}
	}
	if report.Disagreement.Undecided > 0 {
		return report, &OpenError{report}
	}
	if report.Added+report.Changed+report.Removed == 0 && report.Disagreement.Count == 0 {
		return report, im.noteExchange(ctx, c, author)
	}
	before, err := im.keep(ctx, c, progress.stage(Keeping))
	if err != nil {
		return report, err
	}
	defer before.remove()
	record := newRecord(report, c, author)
	done := *report
	done.Import = record // which is whole once its documents are put
	w := &writer{checker: c, total: report.Added + report.Changed + report.Removed, progress: progress.stage(Writing)}
	_, err = im.Store.Write(ctx, data.Writing{
		Edits: both(both(w.edits(ctx), w.standIns), c.base.credits(c.src.Credit)), Since: c.base.cursor, Layers: c.base.written(),
		Documents: func(ids []int64) iter.Seq2[data.Document, error] {
			progress.stage(Finishing)
			return both(both(record.documents(ids[:len(w.ops)], w, before), c.remember(record)), c.exchanged(record, w.added(ids)))
		},
		Ends: im.ends(&done),
		By:   im.authorship(data.FromImport, record, author),
	})
	if err != nil {
		return report, err
	}
	return &done, nil
}

// both yields what the first yields and then what the second does.
func both[K, V any](first, second iter.Seq2[K, V]) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, seq := range []iter.Seq2[K, V]{first, second} {
			for k, v := range seq {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// writer makes the edits of an import, in the second pass, and notes what each
// leaves behind.
type writer struct {
	*checker
	total    int64
	progress func(done, total int64)
	ops      []effect
	prints   []uint64 // of the features as they are then; 0 for one that is gone

	stands []layers.Edit // of places for which what was written stands in
}

// effect is what an edit did to a feature.
type effect byte

const (
	inserted effect = iota + 1
	updated
	removed
)

var errFileChanged = errors.New("the file was changed while it was read; start again")

// edits are made ahead of the store, so that rows are read while the store writes.
func (w *writer) edits(ctx context.Context) iter.Seq2[layers.Edit, error] {
	return func(yield func(layers.Edit, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		made := make(chan []layers.Edit, batchesAhead)
		failed := make(chan error, 1)
		go func() {
			defer close(made)
			failed <- w.produce(ctx, made)
		}()
		defer func() { // waits for what is being made
			cancel()
			for range made {
			}
		}()
		n := int64(0)
		for batch := range made {
			for _, e := range batch {
				if !yield(e, nil) {
					return
				}
			}
			n += int64(len(batch))
			w.progress(n, w.total)
		}
		if err := <-failed; err != nil {
			yield(layers.Edit{}, err)
		}
	}
}

// Edits are handed over so many at once, and as many batches are made ahead.
const (
	batchRows    = 512
	batchesAhead = 8
)

func (w *writer) produce(ctx context.Context, out chan<- []layers.Edit) error {
	var batch []layers.Edit
	send := func() error {
		select {
		case out <- batch:
			batch = make([]layers.Edit, 0, batchRows)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	put := func(e layers.Edit) error {
		if batch = append(batch, e); len(batch) < batchRows {
			return nil
		}
		return send()
	}
	for _, id := range w.going {
		w.note(removed, 0)
		if err := put(layers.Edit{Op: layers.Delete, Layer: w.base.layer.ID, Feature: layers.Feature{ID: id}}); err != nil {
			return err
		}
	}
	err := w.pass(ctx, false, func(int64, int64) {}, func(r *row) error {
		if w.bad.has(r.number) || r.verdict == same || r.verdict == leftOut {
			return nil
		}
		if r.isBad() {
			return errFileChanged
		}
		if p := w.unplaced(r); p != nil && (r.verdict == add || r.moved) {
			if e, ok := w.standsIn(r, p); ok {
				w.stands = append(w.stands, e)
			}
		}
		return put(w.edit(r))
	})
	if err != nil {
		return err
	}
	return send()
}

// standIns put places that are nowhere within their outlines. An import of outlines that is taken back leaves them there.
func (w *writer) standIns(yield func(layers.Edit, error) bool) {
	for _, e := range w.stands {
		if !yield(e, nil) {
			return
		}
	}
}

// added are the ids of what was inserted, of all ids of the edits.
func (w *writer) added(ids []int64) (list []int64) {
	for i, op := range w.ops {
		if op == inserted {
			list = append(list, ids[i])
		}
	}
	return list
}

func (w *writer) note(e effect, print uint64) {
	w.ops, w.prints = append(w.ops, e), append(w.prints, print)
}

// edit is the edit that a row asks for. Of a feature that is there the fields that
// the file has are written, changed or not: stores do edits that set the same
// fields together, which is what makes many fast.
func (w *writer) edit(r *row) layers.Edit {
	layer := w.base.layer.ID
	shape, _ := geo.NewShape(r.geometry) // was checked
	if r.verdict == add {
		w.note(inserted, w.checker.prints.of(r.values, nil, shape))
		return layers.Edit{Op: layers.Insert, Layer: layer, Feature: layers.Feature{Values: r.values, Geometry: r.geometry}}
	}
	t := w.base.table
	values := make([]layers.Value, len(r.values))
	for i := range values {
		values[i] = t.Value(r.at, i)
	}
	for _, i := range r.changed {
		values[i] = r.values[i]
	}
	e := layers.Edit{Op: layers.Update, Layer: layer, Feature: layers.Feature{ID: r.id, Values: values}, Set: w.sets}
	if r.moved {
		e.Feature.Geometry = r.geometry
	} else {
		shape = t.Shape(r.at)
	}
	w.note(updated, w.checker.prints.of(values, nil, shape))
	return e
}
