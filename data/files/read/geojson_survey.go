package read

import (
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
