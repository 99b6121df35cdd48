package read

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// nameSet gathers names in the order in which they come.
type nameSet struct {
	list []string
	at   map[string]int
}

func (n *nameSet) add(f feature) {
	if n.at == nil {
		n.at = map[string]int{}
	}
	properties(f.Properties, func(name string, _ any) { //nolint:errcheck // said when read
		if _, ok := n.at[name]; !ok && len(n.list) <= maxFields {
			n.at[name] = len(n.list)
			n.list = append(n.list, name)
		}
	})
}

func (n *nameSet) index() map[string]int { return n.at }

// survey finds the properties of the first features, and the coordinate system, which
// may be named behind the last. Only a file that says "crs" anywhere behind the first
// features is read to its end for it.
func (j *Job) survey() (names nameSet, named string, text *textReader, err error) {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return names, "", nil, err
	}
	defer r.Close()
	s, text, err := newFeatureScanner(r, j.o.Encoding)
	if err != nil {
		return names, "", nil, err
	}
	own := ""
	for i := 0; ; i++ {
		if i == sampleRows && s.named == "" {
			if says, err := j.says(`"crs"`); err != nil || !says {
				return names, own, text, err
			}
		} else if i >= sampleRows && s.named != "" {
			break
		}
		f, err := s.next()
		if err == io.EOF || err != nil && i > 0 { // reading gets as far, and says it then
			break
		}
		if err != nil {
			return names, "", nil, err
		}
		if i == 0 && f.Type == "" && f.Attributes != nil {
			return names, "", nil, errArcGIS
		}
		if i == 0 {
			own = f.ownCRS()
		}
		if i < sampleRows {
			names.add(f)
		}
	}
	if s.named == "" {
		s.named = own
	}
	return names, s.named, text, nil
}

// says tells whether some bytes stand anywhere in the file.
func (j *Job) says(what string) (bool, error) {
	r, _, err := j.folder.open(j.name)
	if err != nil {
		return false, err
	}
	defer r.Close()
	buf := make([]byte, 1<<20)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		if bytes.Contains(buf[:kept+n], []byte(what)) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		end := kept + n
		kept = min(end, len(what)-1)
		copy(buf, buf[end-kept:end])
	}
}

// ownCRS is the coordinate system that a feature or its geometry names by itself, as
// some programs have it.
func (f *feature) ownCRS() string {
	if name := crsName(f.CRS); name != "" || !bytes.Contains(f.Geometry, []byte(`"crs"`)) {
		return name
	}
	var g struct {
		CRS json.RawMessage `json:"crs"`
	}
	if json.Unmarshal(f.Geometry, &g) != nil {
		return "" // told when it is read
	}
	return crsName(g.CRS)
}

// looseJSON takes for JSON what some programs write for it: the record separators of
// RFC 8142 are white space, and NaN and Infinity, which Python writes for numbers that
// are none, an empty text, which is no number either.
type looseJSON struct {
	in      *bufio.Reader
	quoted  bool
	escaped bool
	over    []byte // what stands in place of the bytes that come next
}

func newLooseJSON(r io.Reader) *looseJSON { return &looseJSON{in: bufio.NewReaderSize(r, 64<<10)} }

func (l *looseJSON) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for i, c := range p[:n] {
		switch {
		case len(l.over) > 0:
			p[i], l.over = l.over[0], l.over[1:]
		case c == '\n': // which no text holds
			l.quoted, l.escaped = false, false
		case l.escaped:
			l.escaped = false
		case l.quoted:
			l.escaped, l.quoted = c == '\\', c != '"'
		case c == '"':
			l.quoted = true
		case c == 0x1E:
			p[i] = ' '
		case c == 'N' || c == 'I' || c == '-':
			if long := l.noNumber(p[i:n]); long > 0 {
				word := append([]byte{'"', '"'}, bytes.Repeat([]byte{' '}, long-2)...)
				p[i], l.over = word[0], word[1:]
			}
		}
	}
	return n, err
}

// noNumber is how long the word for no number is with which a text begins that goes on
// in the buffer, 0 where it is another.
func (l *looseJSON) noNumber(text []byte) int {
	const longest = "-Infinity"
	if text[0] == '-' && len(text) > 1 && text[1] != 'I' {
		return 0
	}
	if short := len(longest) - len(text); short > 0 {
		ahead, _ := l.in.Peek(short)
		text = append(bytes.Clone(text), ahead...)
	}
	for _, word := range []string{"NaN", "Infinity", longest} {
		if bytes.HasPrefix(text, []byte(word)) {
			return len(word)
		}
	}
	return 0
}
