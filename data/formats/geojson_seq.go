package formats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// geojsonSeq reads a sequence of features, one a line or each after a record
// separator (RFC 8142). Where every line is a whole feature, the row is the line
// and a line that cannot be read costs that line alone.
func (j *job) geojsonSeq() error {
	if err := j.geojson(); err != nil || !j.byLine() {
		return err
	}
	file, size, err := j.open(j.name)
	if err != nil {
		return err
	}
	j.src.size = size
	counted := newBudget(file, maxFile, "the file")
	text, err := newTextReader(counted, j.src.Encoding)
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(text, 64<<10)
	index := map[string]int{}
	for i, f := range j.src.Fields {
		index[f.Name] = i
	}
	var row int64
	var line []byte
	j.src.next = func() (Record, error) {
		for {
			var err error
			line, err = readLine(lines, line[:0])
			j.src.done.Store(counted.total)
			if err != nil && (err != io.EOF || len(line) == 0) {
				return Record{}, err
			}
			row++
			trimmed := bytes.Trim(line, "\x1e \t\r\n")
			if len(trimmed) == 0 {
				continue
			}
			var f feature
			if err := json.Unmarshal(trimmed, &f); err != nil {
				return Record{Row: row, Values: make([]any, len(j.src.Fields)), Problems: []error{
					&CellError{j.src.File, row, "", string(trimmed[:min(len(trimmed), 80)]), "is no feature: " + err.Error()},
				}}, nil
			}
			return j.feature(f, row, index), nil
		}
	}
	return nil
}

// byLine tells whether the first line is a whole JSON text.
func (j *job) byLine() bool {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return false
	}
	defer r.Close()
	text, err := newTextReader(r, j.src.Encoding)
	if err != nil {
		return false
	}
	line, err := readLine(bufio.NewReader(text), nil)
	return (err == nil || err == io.EOF) && json.Valid(bytes.Trim(line, "\x1e \t\r\n"))
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
			return buf, &TooLargeError{"a line", maxRecord}
		}
	}
}
