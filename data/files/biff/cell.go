package biff

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Cell is a cell that is not empty.
type Cell struct {
	Row, Column int // from 0
	// Value is a string, a float64 or a bool; nil of a formula that was never calculated.
	Value any
	// FormatID and FormatCode are how a number is shown: the number of a built-in format, or the code of another.
	FormatID   uint16
	FormatCode string
}

// Merge is a rectangle of cells that are one; rows and columns are from 0, the last ones belong to it.
type Merge struct{ Top, Bottom, Left, Right int }

// errorTexts are how Excel shows errors (MS-XLS 2.5.10).
var errorTexts = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}

// Read goes through a sheet: cells go to cell as they stand, mostly row by row, and what is merged comes back.
func (b *Book) Read(s Sheet, cell func(Cell) error) ([]Merge, error) {
	in := &records{in: b.stream, at: s.at}
	first, err := in.next()
	if err != nil || first.kind != typeBOF {
		return nil, fmt.Errorf("sheet %s is damaged: it does not begin as one", s.Name)
	}
	w := walk{book: b, in: in, cell: cell}
	for depth := 1; depth > 0; {
		r, err := in.next()
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.Name, err)
		}
		switch {
		case r.kind == typeBOF: // a chart in the sheet
			depth++
		case r.kind == typeEOF:
			depth--
		case depth == 1:
			if err := w.take(r); err != nil {
				return nil, fmt.Errorf("sheet %s: %w", s.Name, err)
			}
		}
	}
	return w.merges, nil
}

// walk is a sheet being read.
type walk struct {
	book   *Book
	in     *records
	cell   func(Cell) error
	merges []Merge
	open   *Cell // a formula whose text is yet to come
}

// place is where a record's cell stands, and how it is shown.
func (w *walk) place(d []byte) Cell {
	c := Cell{Row: int(binary.LittleEndian.Uint16(d)), Column: int(binary.LittleEndian.Uint16(d[2:]))}
	c.FormatID, c.FormatCode = w.book.format(binary.LittleEndian.Uint16(d[4:]))
	return c
}

// least is how many bytes a record of the type has at least.
var least = map[uint16]int{
	typeFormula: 20, typeNumber: 14, typeRK: 10, typeMulRK: 12, typeLabelSST: 10, typeLabel: 9, typeRString: 9, typeBoolErr: 8,
	typeMergeCells: 2, typeString: 3,
}

func (w *walk) take(r record) error {
	d := r.data
	if len(d) < least[r.kind] {
		return errCut
	}
	switch r.kind {
	case typeNumber:
		return w.put(w.place(d), math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
	case typeRK:
		return w.put(w.place(d), rk(binary.LittleEndian.Uint32(d[6:])))
	case typeMulRK:
		return w.takeMany(d)
	case typeLabelSST:
		n := binary.LittleEndian.Uint32(d[6:])
		if int64(n) >= int64(len(w.book.texts)) {
			return fmt.Errorf("row %d names text %d of %d", w.place(d).Row+1, n, len(w.book.texts))
		}
		return w.put(w.place(d), w.book.texts[n])
	case typeLabel, typeRString:
		c := w.place(d)
		t := texts{w.in, d[6:]}
		s, err := t.text()
		if err != nil {
			return err
		}
		return w.put(c, s)
	case typeBoolErr:
		if d[7] != 0 {
			return w.put(w.place(d), errorText(d[6]))
		}
		return w.put(w.place(d), d[6] != 0)
	case typeFormula:
		return w.takeFormula(d)
	case typeString:
		if w.open == nil {
			return nil
		}
		c := *w.open
		w.open = nil
		t := texts{w.in, d}
		s, err := t.text()
		if err != nil {
			return err
		}
		return w.put(c, s)
	case typeMergeCells:
		for d = d[2:]; len(d) >= 8; d = d[8:] {
			n := func(i int) int { return int(binary.LittleEndian.Uint16(d[2*i:])) }
			w.merges = append(w.merges, Merge{Top: n(0), Bottom: n(1), Left: n(2), Right: n(3)})
		}
	}
	return nil
}

func (w *walk) put(c Cell, value any) error {
	c.Value = value
	return w.cell(c)
}

// takeMany reads numbers of one row that stand side by side.
func (w *walk) takeMany(d []byte) error {
	row, column := int(binary.LittleEndian.Uint16(d)), int(binary.LittleEndian.Uint16(d[2:]))
	for cells := d[4 : len(d)-2]; len(cells) >= 6; cells = cells[6:] {
		c := Cell{Row: row, Column: column}
		c.FormatID, c.FormatCode = w.book.format(binary.LittleEndian.Uint16(cells))
		if err := w.put(c, rk(binary.LittleEndian.Uint32(cells[2:]))); err != nil {
			return err
		}
		column++
	}
	return nil
}

// calcOnLoad is what programs that cannot calculate may set, so that Excel does.
const calcOnLoad = 0x02

// takeFormula takes the result that was saved. Programs that cannot calculate save 0 or an empty text, and no record of
// the calculation.
func (w *walk) takeFormula(d []byte) error {
	c, result, unknown := w.place(d), d[6:14], !w.book.calculated || d[14]&calcOnLoad != 0
	if result[6] != 0xFF || result[7] != 0xFF {
		f := math.Float64frombits(binary.LittleEndian.Uint64(result))
		if f == 0 && unknown {
			return w.put(c, nil)
		}
		return w.put(c, f)
	}
	switch result[0] {
	case 0:
		w.open = &c
		return nil
	case 1:
		return w.put(c, result[2] != 0)
	case 2:
		return w.put(c, errorText(result[2]))
	}
	if unknown {
		return w.put(c, nil)
	}
	return w.put(c, "")
}

func errorText(code byte) string {
	if text, ok := errorTexts[code]; ok {
		return text
	}
	return "#N/A"
}

// rk is a number in 30 bits: a whole one or the upper part of a float64, perhaps a hundredth (MS-XLS 2.5.122).
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}
