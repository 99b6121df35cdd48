package elevation

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// Known says in one line what Open reads; error messages end with it.
const Known = "GeoTIFF (.tif, .tiff) and SRTM height files (.hgt), each also in a .zip"

// Limits of a file. What it declares is never trusted with more memory.
const (
	mostCells = 1 << 34
	mostChunk = 256 << 20 // bytes of a strip or tile
	mostZip   = 1 << 30   // bytes of an unzipped file
)

// Raster is an open file of heights in rows from the north. It is for one goroutine.
type Raster struct {
	File          string
	Width, Height int
	CRS           *crs.CRS
	// X and Y are the centre of the first cell, DX and DY the size of all.
	X, Y, DX, DY float64
	// window copies the heights of some columns and rows, NaN where unknown.
	window func(col, row, width, height int, to []float32) error
	closer io.Closer
	// forget frees what was decoded.
	forget func()
}

// Close closes the file.
func (r *Raster) Close() error { return r.closer.Close() }

// Lattice is that of the raster's cells, and the first cell's column and row on it.
func (r *Raster) Lattice() (dem.Lattice, int, int, error) {
	l, col, row, err := dem.NewLattice(r.CRS, r.X, r.Y, r.DX, r.DY)
	if err != nil {
		err = fmt.Errorf("%s: %w", r.File, err)
	}
	return l, col, row, err
}

// Heights are the cells of some columns and rows of the raster, all within it, row by
// row; NaN where unknown.
func (r *Raster) Heights(col, row, width, height int) ([]float32, error) {
	out := make([]float32, width*height)
	if err := r.window(col, row, width, height, out); err != nil {
		return nil, fmt.Errorf("%s: %w", r.File, err)
	}
	return out, nil
}

// input is what a reader needs of a file.
type input interface {
	io.ReaderAt
	Size() int64
}

type file struct {
	*os.File
	size int64
}

func (f file) Size() int64 { return f.size }

// Open opens a file. c, unless it is nil, is the coordinate system that it is in,
// whatever it says itself.
func Open(name string, c *crs.CRS) (*Raster, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	r, err := open(f, c)
	if err != nil {
		_ = f.Close() // was only read
		return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	r.File = filepath.Base(name)
	if r.closer == nil {
		r.closer = f
	}
	return r, nil
}

func open(f *os.File, c *crs.CRS) (*Raster, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("is a directory")
	}
	if strings.EqualFold(filepath.Ext(f.Name()), ".zip") {
		return openZip(f, info.Size(), c)
	}
	return decode(f.Name(), file{f, info.Size()}, c)
}

// decode reads a file by its content or, of HGT, which has no mark, its name.
func decode(name string, in input, c *crs.CRS) (*Raster, error) {
	mark := make([]byte, 4)
	if _, err := in.ReadAt(mark, 0); err != nil {
		return nil, fmt.Errorf("is too short; allowed are %s", Known)
	}
	if isTIFF(mark) {
		return openTIFF(in, c)
	}
	if strings.EqualFold(path.Ext(name), ".hgt") {
		return openHGT(name, in)
	}
	return nil, fmt.Errorf("is neither; allowed are %s", Known)
}

// openZip opens the one file of heights in a zip, unpacked to a temporary file, which goes when it is closed.
func openZip(f *os.File, size int64, c *crs.CRS) (*Raster, error) {
	member, err := heightsIn(f, size)
	if err != nil {
		return nil, err
	}
	to, err := os.CreateTemp("", "cuntu-heights-*")
	if err != nil {
		return nil, err
	}
	t := temporary{to, f}
	if err := unpack(member, to); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", member.Name, err), t.remove())
	}
	r, err := decode(member.Name, file{to, int64(member.UncompressedSize64)}, c)
	if err != nil {
		return nil, errors.Join(err, t.remove())
	}
	r.closer = t
	return r, nil
}

// temporary is an unpacked file, and the zip that it is of.
type temporary struct{ file, zip *os.File }

func (t temporary) remove() error { return errors.Join(t.file.Close(), os.Remove(t.file.Name())) }

func (t temporary) Close() error { return errors.Join(t.remove(), t.zip.Close()) }

func unpack(member *zip.File, to io.Writer) error {
	from, err := member.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	n, err := io.Copy(to, io.LimitReader(from, mostZip+1))
	if err == nil && n > mostZip {
		err = fmt.Errorf("is larger than %d bytes; unpack it first", mostZip)
	}
	return err
}

// heightsIn is the one file of heights in a zip.
func heightsIn(f io.ReaderAt, size int64) (*zip.File, error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, err
	}
	var found *zip.File
	for _, member := range z.File {
		if !isHeights(member.Name) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("holds %s and %s; unpack it and name the files", found.Name, member.Name)
		}
		found = member
	}
	if found == nil {
		return nil, errors.New("holds no .hgt or .tif file")
	}
	return found, nil
}

func isHeights(name string) bool {
	return slices.Contains([]string{".hgt", ".tif", ".tiff"}, strings.ToLower(path.Ext(name)))
}

// Is tells whether a file is one of heights, by its name or, of a zip, by what is in it.
func Is(name string) bool {
	if isHeights(name) || !strings.EqualFold(filepath.Ext(name), ".zip") {
		return isHeights(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false
	}
	_, err = heightsIn(f, info.Size())
	return err == nil
}

// About is what a file of heights says of itself.
type About struct {
	File    string     `json:"file"`
	Width   int        `json:"width"` // cells
	Height  int        `json:"height"`
	DX      float64    `json:"dx"` // of a cell, in units of the coordinate system
	DY      float64    `json:"dy"`
	CRS     string     `json:"crs"`
	CRSName string     `json:"crs_name"`
	Bounds  [4]float64 `json:"bounds"` // degrees: west, south, east, north
}

// About is what the file says of itself.
func (r *Raster) About() About {
	a := About{
		File: r.File, Width: r.Width, Height: r.Height, DX: r.DX, DY: r.DY, CRS: r.CRS.String(), CRSName: r.CRS.Name(),
	}
	bound := orb.MultiPoint{}.Bound()
	for k := range 16 { // along the edges, which may be bent in degrees
		f := float64(k%4) / 4
		corner := [4][2]float64{{f, 0}, {1, f}, {1 - f, 1}, {0, 1 - f}}[k/4]
		at := r.CRS.ToWGS84(orb.Point{
			r.X + r.DX*(corner[0]*float64(r.Width)-0.5), r.Y - r.DY*(corner[1]*float64(r.Height)-0.5),
		})
		if k == 0 {
			bound = at.Bound()
		}
		bound = bound.Extend(at)
	}
	a.Bounds = [4]float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]}
	return a
}
