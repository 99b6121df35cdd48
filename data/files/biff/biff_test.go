package biff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cuntu/cuntu/data/files/biff"
)

// sheet is one as xlrd reads it.
type sheet struct {
	Name   string
	Hidden bool
	Cells  [][3]any
	Merges [][4]int
}

func open(t *testing.T, name string) *biff.Book {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	book, err := biff.Open(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return book
}

func TestCellsAreThoseThatXlrdReads(t *testing.T) {
	text, err := os.ReadFile("testdata/xlrd.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct {
		Date1904 bool
		Sheets   []sheet
	}
	if err := json.Unmarshal(text, &want); err != nil || len(want) != 4 {
		t.Fatal(len(want), err)
	}
	for name, want := range want {
		book := open(t, name+".xls")
		if book.Date1904 != want.Date1904 || len(book.Sheets) != len(want.Sheets) {
			t.Errorf("%s: from 1904 %v, %d sheets", name, book.Date1904, len(book.Sheets))
			continue
		}
		for i, s := range book.Sheets {
			want := want.Sheets[i]
			got := sheet{Name: s.Name, Hidden: s.Hidden}
			merges, err := book.Read(s, func(c biff.Cell) error {
				value := c.Value
				if value == nil {
					value = "" // xlwt cannot calculate, and xlrd does not tell
				}
				got.Cells = append(got.Cells, [3]any{float64(c.Row), float64(c.Column), value})
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, m := range merges {
				got.Merges = append(got.Merges, [4]int{m.Top, m.Bottom, m.Left, m.Right})
			}
			slices.SortFunc(got.Merges, func(a, b [4]int) int { return slices.Compare(a[:], b[:]) })
			if got.Name != want.Name || got.Hidden != want.Hidden || len(want.Cells) < 4 {
				t.Errorf("%s: sheet %+v", name, got.Name)
			}
			if len(want.Merges)+len(got.Merges) > 0 && !reflect.DeepEqual(got.Merges, want.Merges) {
				t.Errorf("%s: merged are %v, not %v", name, got.Merges, want.Merges)
			}
			for n, cell := range got.Cells {
				if n >= len(want.Cells) || !reflect.DeepEqual(cell, want.Cells[n]) {
					t.Errorf("%s: cell %v, not %v", name, cell, want.Cells[min(n, len(want.Cells)-1)])
					break
				}
			}
			if len(got.Cells) != len(want.Cells) {
				t.Errorf("%s: %d cells, not %d", name, len(got.Cells), len(want.Cells))
			}
		}
	}
}

func TestAFormulaOfAProgramThatCannotCalculateHasNoValue(t *testing.T) {
	book := open(t, "ledger.xls")
	unknown := 0
	_, err := book.Read(book.Sheets[0], func(c biff.Cell) error {
		if c.Value == nil {
			unknown++
		}
		return nil
	})
	if err != nil || unknown != 3 {
		t.Errorf("%d cells have no value: %v", unknown, err)
	}
}

func TestADateHasItsFormat(t *testing.T) {
	book := open(t, "ledger.xls")
	var codes []string
	if _, err := book.Read(book.Sheets[0], func(c biff.Cell) error {
		if c.Row == 2 && c.FormatCode != "" {
			codes = append(codes, c.FormatCode)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(codes, " "); !strings.Contains(got, "yyyy.m.d") || !strings.Contains(got, "0.0%") {
		t.Errorf("%q", got)
	}
}

func TestWhatIsNoneIsRefusedAndNeverPanics(t *testing.T) {
	whole, err := os.ReadFile("testdata/ledger.xls")
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut < len(whole); cut += 97 {
		readAll(whole[:cut]) //nolint:errcheck // it must come back
	}
	if err := readAll(nil); err == nil {
		t.Error("nothing is a workbook")
	}
	// BIFF5 says so in its first record.
	first := []byte{0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00}
	old := bytes.Replace(whole, first, []byte{0x09, 0x08, 0x10, 0x00, 0x00, 0x05, 0x05, 0x00}, 1)
	if err := readAll(old); !errors.Is(err, biff.ErrOld) {
		t.Errorf("a workbook of Excel 95: %v", err)
	}
}

func readAll(b []byte) error {
	book, err := biff.Open(bytes.NewReader(b))
	if err != nil {
		return err
	}
	for _, s := range book.Sheets {
		if _, err := book.Read(s, func(biff.Cell) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"ledger.xls", "long.xls", "from1904.xls", "office.xls"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(_ *testing.T, b []byte) { readAll(b) }) //nolint:errcheck // it must come back
}
