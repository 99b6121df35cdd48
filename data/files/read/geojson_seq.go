package read

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/cuntu/cuntu/data/files/record"
)

// GeoJSONSeq reads a sequence of features, one a line or each after a record
// separator (RFC 8142). Where every line is a whole feature, the row is the line
// and a line that cannot be read costs that line alone.
func (j *Job) GeoJSONSeq() error {
	first, err := j.lines()
	if err != nil {
		return err
	}
	defer first.close()
	if _, err := first.next(); err != nil || first.bad != nil {
		return j.GeoJSON() // a feature over several lines
	}
	if err := first.close(); err != nil {
		return err
	}
	survey, err := j.lines()
	if err != nil {
		return err
	}
	defer survey.close()
	names, own := nameSet{}, ""
	for i := range sampleRows {
		f, err := survey.next()
		if err != nil {
			break // reading gets as far, and says it then
		}
		if i == 0 {
			own = f.ownCRS()
		}
		names.add(f)
	}
	j.setFields(names.list)
	if err := j.setGeoJSONCRS(own); err != nil {
		return err
	}
	j.src.Encoding, j.src.EncodingFrom = survey.text.encodingName(), survey.text.why
	s, err := j.lines()
	if err != nil {
		return err
	}
	j.src.closes = append(j.src.closes, closer(s.close))
	j.src.size = s.size
	index := names.index()
	j.src.next = func() (record.Record, error) {
		f, err := s.next()
		j.src.done.Store(s.counted.total)
		if err != nil {
			return record.Record{}, err
		}
		if s.bad != nil {
			return record.Record{Row: s.row, Values: make([]any, len(names.list)), Problems: []error{
				&record.CellError{File: j.src.File, Row: s.row, Value: string(s.line[:min(len(s.line), 80)]), Want: "is no feature: " + s.bad.Error()},
			}}, nil
		}
		return j.feature(f, s.row, index), nil
	}
	return nil
}

// lineScanner yields the features of a sequence of lines.
type lineScanner struct {
	file    io.Closer
	size    int64
	counted *budget
	text    *textReader
	in      *bufio.Reader
	row     int64
	buf     []byte
	line    []byte
	bad     error // why the line last read is no feature
}

func (j *Job) lines() (*lineScanner, error) {
	r, size, err := j.folder.open(j.name)
	if err != nil {
		return nil, err
	}
	s := &lineScanner{file: r, size: size, counted: newBudget(r, maxFile, "the file")}
	if s.text, err = newTextReader(s.counted, j.o.Encoding); err != nil {
		r.Close()
		return nil, err
	}
	s.in = bufio.NewReaderSize(newLooseJSON(s.text), 64<<10)
	return s, nil
}

func (s *lineScanner) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// next is the feature of the next line that is not empty; bad is set where it is
// none.
func (s *lineScanner) next() (f feature, err error) {
	for {
		s.buf, err = readLine(s.in, s.buf[:0])
		if err != nil && (err != io.EOF || len(s.buf) == 0) {
			return f, err
		}
		s.row++
		if s.line = bytes.Trim(s.buf, "\x1e \t\r\n"); len(s.line) > 0 {
			f = feature{}
			s.bad = json.Unmarshal(s.line, &f)
			return f, nil
		}
	}
}

// readLine appends a line to buf, at most maxRecord of it.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, err
		}
		if len(buf) > maxRecord {
			return buf, &record.TooLargeError{What: "a line", Limit: maxRecord}
		}
	}
}
