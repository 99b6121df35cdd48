package elevation

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

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
		name, content, err := unzip(f, info.Size())
		if err != nil {
			return nil, err
		}
		return decode(name, bytes.NewReader(content), c)
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

// unzip is the one file of heights in a zip.
func unzip(f io.ReaderAt, size int64) (name string, content []byte, err error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return "", nil, err
	}
	var found *zip.File
	for _, member := range z.File {
		switch strings.ToLower(path.Ext(member.Name)) {
		case ".hgt", ".tif", ".tiff":
			if found != nil {
				return "", nil, fmt.Errorf("holds %s and %s; unpack it and name the files", found.Name, member.Name)
			}
			found = member
		}
	}
	if found == nil {
		return "", nil, errors.New("holds no .hgt or .tif file")
	}
	r, err := found.Open()
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	if content, err = io.ReadAll(io.LimitReader(r, mostZip+1)); err != nil {
		return "", nil, fmt.Errorf("%s: %w", found.Name, err)
	}
	if len(content) > mostZip {
		return "", nil, fmt.Errorf("%s: is larger than %d bytes; unpack it first", found.Name, mostZip)
	}
	return found.Name, content, nil
}
