package read

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/cuntu/cuntu/data/files/record"
)

// CSV reads comma or otherwise separated text (RFC 4180, with the liberties that
// spreadsheets take).
func (j *Job) CSV() error { return j.separated(false) }

// TSV reads text separated by tabs.
func (j *Job) TSV() error { return j.separated(true) }

func (j *Job) separated(tabs bool) error {
	file, size, err := j.open(j.name)
	if err != nil {
		return err
	}
	j.src.size = size
	counted := newBudget(file, maxFile, "the file")
	text, err := newTextReader(counted, j.o.Encoding)
	if err != nil {
		return err
	}
	limited := newBudget(text, maxLine+sampleBytes, "a row (is a quotation mark open?)")
	buffered := bufio.NewReaderSize(limited, sampleBytes)
	head, err := buffered.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return err
	}
	in := io.Reader(buffered)
	if endsInCR(head) {
		j.src.note("lines end in CR alone")
		in, head = crToLF{buffered}, bytes.ReplaceAll(head, []byte{'\r'}, []byte{'\n'})
	}
	r := csv.NewReader(in)
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	r.Comma = delimiter(string(head))
	if tabs {
		r.Comma = '\t'
	}
	j.src.note("columns are separated by %s", map[rune]string{
		',':  "commas",
		'\t': "tabs",
		';':  "semicolons",
		'|':  "bars",
		'，':  "full-width commas",
	}[r.Comma])
	t := &table{job: j, read: func() (int64, []string, error) {
		limited.refill()
		cells, err := r.Read()
		if len(cells) > maxFields {
			return 0, nil, &record.TooLargeError{What: "the number of columns", Limit: maxFields}
		}
		j.src.done.Store(counted.total)
		if len(cells) == 0 || err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				err = &record.CellError{File: j.src.File, Row: int64(pe.StartLine), Want: pe.Err.Error()}
			}
			return 0, nil, err
		}
		for i, c := range cells {
			cells[i] = record.Unguarded(c)
		}
		line, _ := r.FieldPos(0)
		return int64(line), cells, nil
	}}
	if err := t.start(); err != nil {
		return err
	}
	j.src.Encoding, j.src.EncodingFrom = text.encodingName(), text.why
	return nil
}

// endsInCR tells whether the first line ends in CR without LF, as Macs once had it and
// some programs have still.
func endsInCR(head []byte) bool {
	quoted := false
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return false
		case c == '\r':
			return i+1 == len(head) || head[i+1] != '\n'
		}
	}
	return false
}

// crToLF makes every CR an LF.
type crToLF struct{ io.Reader }

func (c crToLF) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// delimiter is the one that splits the first lines into the same number of
// columns, more than one, most often.
func delimiter(head string) rune {
	lines := strings.SplitAfter(head, "\n")
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut off
	}
	lines = lines[:min(len(lines), 50)]
	best, most := ',', 0
	for _, d := range []rune{',', '\t', ';', '|', '，'} {
		counts := map[int]int{}
		score := 0
		for _, l := range lines {
			if n := separators(l, d); n > 0 {
				counts[n]++
				score = max(score, counts[n]*1000+min(n, 999))
			}
		}
		if score > most {
			best, most = d, score
		}
	}
	return best
}

// separators counts those outside quotation marks.
func separators(line string, d rune) (n int) {
	quoted := false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == d && !quoted:
			n++
		}
	}
	return n
}

// valid tells whether a cell of text decoded cleanly.
func valid(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, utf8.RuneError)
}
