package elevation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/layers"
)

// Options say who imports what, and how to tell how far it is.
type Options struct {
	By     data.Authorship // the store's origin is that of imports, where it has none
	Source string
	Time   time.Time
	// Progress is told, unless it is nil, how many of all tiles are written.
	Progress func(done, total int)
	// Ends, unless it is nil, gives the end of the job that does the import.
	Ends func(Report) (data.JobEnd, error)
}

// Report is what an import has written.
type Report struct {
	Tiles  int `json:"tiles"`
	Cells  int `json:"cells"`  // known ones in the tiles
	Sheets int `json:"sheets"` // lattices that the files are on
}

// Import writes the cells of rasters into a store, in one transaction: what they know
// takes the place of what was there, later files' of earlier ones'; where they know
// nothing, what was there stays. The row of the data source that it writes tells
// servers that follow the store.
func Import(ctx context.Context, store data.Store, catalog *layers.Catalog, rasters []*Raster, o Options) (Report, error) {
	var report Report
	job, err := plan(rasters)
	if err != nil {
		return report, err
	}
	report.Sheets = len(job.sheets)
	if err := job.readOld(ctx, store); err != nil {
		return report, err
	}
	credit, err := credit(ctx, store, catalog, rasters, o)
	if err != nil {
		return report, err
	}
	documents := func([]int64) iter.Seq2[data.Document, error] {
		return func(yield func(data.Document, error) bool) {
			done := 0
			for packed, err := range job.tiles(ctx, &report) {
				var d data.Document
				if err == nil {
					d, err = toDocument(packed, o.By.Name, o.Time)
				}
				if !yield(d, err) || err != nil {
					return
				}
				if done++; o.Progress != nil {
					o.Progress(done, len(job.targets))
				}
			}
			if report.Tiles == 0 {
				yield(data.Document{}, &FileError{errors.New("the files know no height anywhere")})
			}
		}
	}
	writing := data.Writing{Edits: data.Edits(credit), Documents: documents, By: o.By}
	if writing.By.Origin == "" {
		writing.By.Origin = data.FromImport
	}
	if o.Ends != nil {
		writing.Ends = func() (data.JobEnd, error) { return o.Ends(report) }
	}
	_, err = store.Write(ctx, writing)
	return report, err
}

// FileError tells what is wrong with a file that is imported.
type FileError struct{ err error }

func (e *FileError) Error() string { return e.err.Error() }
func (e *FileError) Unwrap() error { return e.err }

// target is a tile to write, with the rasters that reach into it, in their order.
type target struct {
	sheet string
	id    dem.TileID
	from  []int
}

type origin struct{ col, row int } // of a raster's first cell on its lattice

type work struct {
	rasters []*Raster
	origins []origin
	sheets  map[string]dem.Lattice
	targets []target // row by row, so that each file is read from its first row to its last
	last    []int    // target that needs the raster last
	old     map[string][]byte
}

func plan(rasters []*Raster) (*work, error) {
	w := &work{rasters: rasters, sheets: map[string]dem.Lattice{}, old: map[string][]byte{}, last: make([]int, len(rasters))}
	type key struct {
		sheet string
		id    dem.TileID
	}
	index := map[key]*target{}
	for n, r := range rasters {
		l, col, row, err := r.Lattice()
		if err != nil {
			return nil, err
		}
		w.sheets[l.Key()] = l
		w.origins = append(w.origins, origin{col, row})
		first, _ := dem.TileOf(col, row)
		end, _ := dem.TileOf(col+r.Width-1, row+r.Height-1)
		for y := first.Y; y <= end.Y; y++ {
			for x := first.X; x <= end.X; x++ {
				k := key{l.Key(), dem.TileID{X: x, Y: y}}
				if index[k] == nil {
					index[k] = &target{sheet: k.sheet, id: k.id}
				}
				index[k].from = append(index[k].from, n)
			}
		}
	}
	for _, t := range index {
		w.targets = append(w.targets, *t)
	}
	slices.SortFunc(w.targets, func(a, b target) int {
		return cmp.Or(strings.Compare(a.sheet, b.sheet), cmp.Compare(a.id.Y, b.id.Y), cmp.Compare(a.id.X, b.id.X))
	})
	for i, t := range w.targets {
		for _, n := range t.from {
			w.last[n] = i
		}
	}
	return w, nil
}

// readOld reads the tiles that are there already and will be written into.
func (w *work) readOld(ctx context.Context, store data.Documents) error {
	list, err := store.ListDocuments(ctx, Kind)
	if err != nil || len(list) == 0 {
		return err
	}
	there := map[string]bool{}
	for _, d := range list {
		there[d.ID] = true
	}
	for _, t := range w.targets {
		id := documentID(w.sheets[t.sheet], t.id)
		if !there[id] {
			continue
		}
		d, err := store.Document(ctx, Kind, id)
		if err != nil {
			return err
		}
		p, err := fromDocument(d)
		if err != nil {
			return err
		}
		w.old[id] = p.Bytes
	}
	return nil
}

// tiles makes the tiles one by one; those of which nothing is known are left out.
func (w *work) tiles(ctx context.Context, report *Report) iter.Seq2[dem.Packed, error] {
	return func(yield func(dem.Packed, error) bool) {
		packer := dem.NewPacker()
		for i, t := range w.targets {
			p, known, err := w.tile(t, packer)
			if err != nil {
				err = &FileError{err}
			} else {
				err = ctx.Err()
			}
			if err == nil && p.Bytes == nil {
				continue
			}
			if report.Tiles, report.Cells = report.Tiles+1, report.Cells+known; !yield(p, err) || err != nil {
				return
			}
			for _, n := range t.from {
				if w.last[n] == i {
					w.rasters[n].forget()
				}
			}
		}
	}
}

func (w *work) tile(t target, packer *dem.Packer) (p dem.Packed, known int, err error) {
	p = dem.Packed{Lattice: w.sheets[t.sheet], ID: t.id}
	var heights []float32
	if old := w.old[documentID(p.Lattice, t.id)]; old != nil {
		if heights, err = dem.Unpack(old); err != nil {
			return p, 0, err
		}
	} else {
		heights = make([]float32, dem.Side*dem.Side)
		for i := range heights {
			heights[i] = dem.Unknown
		}
	}
	for _, n := range t.from {
		if err := w.draw(n, t.id, heights); err != nil {
			return p, 0, err
		}
	}
	for _, h := range heights {
		if h == h {
			known++
		}
	}
	p.Bytes, err = packer.Pack(heights)
	return p, known, err
}

// draw puts what a raster knows of a tile into it.
func (w *work) draw(n int, id dem.TileID, heights []float32) error {
	r, o := w.rasters[n], w.origins[n]
	west, north := int(id.X)*dem.Side-o.col, int(id.Y)*dem.Side-o.row // of the tile, in the raster
	x0, y0 := max(west, 0), max(north, 0)
	x1, y1 := min(west+dem.Side, r.Width), min(north+dem.Side, r.Height)
	window, err := r.Heights(x0, y0, x1-x0, y1-y0)
	if err != nil {
		return err
	}
	for i, h := range window {
		if h == h {
			row, col := y0-north+i/(x1-x0), x0-west+i%(x1-x0)
			heights[row*dem.Side+col] = h
		}
	}
	return nil
}

// credit is the row of the data source: a new one, or that of the same files.
func credit(ctx context.Context, store data.Store, catalog *layers.Catalog, rasters []*Raster, o Options) (layers.Edit, error) {
	l, ok := catalog.Layer("dataset")
	if !ok {
		return layers.Edit{}, fmt.Errorf("the catalogue has no layer of data sources")
	}
	files := make([]string, len(rasters))
	for i, r := range rasters {
		files[i] = r.File
	}
	name := "数字高程模型 " + strings.Join(files[:min(3, len(files))], "、")
	if len(files) > 3 {
		name += fmt.Sprintf(" 等 %d 个文件", len(files))
	}
	f := layers.Feature{Values: make([]layers.Value, len(l.Fields))}
	set := func(field string, v layers.Value) {
		if i := l.Field(field); i >= 0 {
			f.Values[i] = v
		}
	}
	set("name", layers.Text(name))
	set("layers", layers.Text(Kind))
	set("synthetic", layers.Bool(false))
	set("note", layers.Text("导入于 "+o.Time.UTC().Format(time.RFC3339Nano)))
	if o.Source != "" {
		set("source", layers.Text(o.Source))
	}
	_, err := store.Load(ctx, func(of *layers.Layer, old *layers.Feature) error {
		if of.ID == l.ID && old.Values[l.Field("name")].Text() == name {
			f.ID = old.ID
		}
		return nil
	})
	op := layers.Insert
	if f.ID != 0 {
		op = layers.Put
	}
	return layers.Edit{Op: op, Layer: l.ID, Feature: f}, err
}

// Tiles are the packed tiles of one raster.
func Tiles(ctx context.Context, r *Raster) ([]dem.Packed, error) {
	w, err := plan([]*Raster{r})
	if err != nil {
		return nil, err
	}
	var out []dem.Packed
	for p, err := range w.tiles(ctx, &Report{}) {
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}
