package biff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
)

// What is taken from one workbook: more than the format allows a sheet, and far more than offices write.
const (
	mostTexts = 1 << 22 // of the workbook together
	mostBytes = 1 << 30 // of its stream
)

// Why a workbook is not read, for whoever sent it.
var (
	ErrPassword = errors.New("has a password: open it in Excel or WPS and save it without one (另存为，去掉密码)")
	ErrOld      = errors.New("is a workbook of Excel 5 or 95: open it in Excel or WPS and save it as .xlsx (另存为 .xlsx)")
	ErrNoBook   = errors.New("holds no workbook: it is a document of another Office program")
)

// Book is a workbook.
type Book struct {
	Sheets   []Sheet
	Date1904 bool // days are counted from 1904 and not from 1900

	stream     io.ReaderAt
	calculated bool // a program that can calculate has saved it
	texts      []string
	formats    map[uint16]string
	xf         []uint16 // number formats by the index that cells have
}

// Sheet is a sheet of cells.
type Sheet struct {
	Name   string
	Hidden bool
	at     int64
}

// Open reads what all sheets share.
func Open(file io.ReaderAt) (*Book, error) {
	stream, err := workbook(file)
	if err != nil {
		return nil, err
	}
	b := &Book{stream: stream, formats: map[uint16]string{}}
	in := &records{in: stream}
	first, err := in.next()
	switch {
	case err != nil:
		return nil, err
	case first.kind != typeBOF && first.kind&0xFF == typeBOF&0xFF:
		return nil, ErrOld
	case first.kind != typeBOF || len(first.data) < 2:
		return nil, errors.New("the workbook is damaged: it does not begin as one")
	case binary.LittleEndian.Uint16(first.data) != 0x0600:
		return nil, ErrOld
	}
	for {
		r, err := in.next()
		if err != nil {
			return nil, err
		}
		if r.kind == typeEOF {
			return b, nil
		}
		if err := b.global(in, r); err != nil {
			return nil, err
		}
	}
}

// workbook is the stream of a compound file that holds the workbook.
func workbook(file io.ReaderAt) (io.ReaderAt, error) {
	files, err := mscfb.New(file)
	if err != nil {
		return nil, fmt.Errorf("the file is damaged: open it in Excel or WPS and save it as .xlsx (%w)", err)
	}
	var old, encrypted bool
	for entry, err := files.Next(); err == nil; entry, err = files.Next() {
		switch entry.Name {
		case "Workbook":
			if entry.Size > mostBytes {
				return nil, fmt.Errorf("the workbook has %d bytes; allowed are %d", entry.Size, int64(mostBytes))
			}
			return entry, nil
		case "Book":
			old = true
		case "EncryptedPackage":
			encrypted = true
		}
	}
	switch {
	case encrypted:
		return nil, ErrPassword
	case old:
		return nil, ErrOld
	}
	return nil, ErrNoBook
}

func (b *Book) global(in *records, r record) error {
	d := r.data
	switch r.kind {
	case typeFilePass:
		return ErrPassword
	case typeRecalcID:
		b.calculated = true
	case typeDate1904:
		b.Date1904 = len(d) >= 2 && d[0] == 1
	case typeBoundSheet:
		if len(d) < 8 {
			return errCut
		}
		t := texts{in, append([]byte{d[6], 0}, d[7:]...)} // a short string has one byte of length
		name, err := t.text()
		if err != nil {
			return err
		}
		if kind := d[5]; kind == 0 { // others are charts and macros
			b.Sheets = append(b.Sheets, Sheet{name, d[4]&3 != 0, int64(binary.LittleEndian.Uint32(d))})
		}
	case typeFormat:
		if len(d) < 5 {
			return errCut
		}
		id := binary.LittleEndian.Uint16(d)
		t := texts{in, d[2:]}
		code, err := t.text()
		if err != nil {
			return err
		}
		b.formats[id] = code
	case typeXF:
		if len(d) < 4 {
			return errCut
		}
		b.xf = append(b.xf, binary.LittleEndian.Uint16(d[2:]))
	case typeSST:
		if len(d) < 8 {
			return errCut
		}
		count := binary.LittleEndian.Uint32(d[4:])
		if count > mostTexts {
			return fmt.Errorf("the workbook has %d texts; allowed are %d", count, mostTexts)
		}
		t := texts{in, d[8:]}
		for range count {
			s, err := t.text()
			if err != nil {
				return err
			}
			b.texts = append(b.texts, s)
		}
	}
	return nil
}

// format is the code of the number format of a cell, by its index, and the format's number; a built-in format has a
// number alone.
func (b *Book) format(xf uint16) (id uint16, code string) {
	if int(xf) >= len(b.xf) {
		return 0, ""
	}
	return b.xf[xf], b.formats[b.xf[xf]]
}

func decode(units []uint16) string { return string(utf16.Decode(units)) }
