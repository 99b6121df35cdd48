package snapshot

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// Key is a number that stands for the row's value of a field: within a table,
// rows with the same key have the same value. ok is false for null. It is what
// groups and encodes values without touching texts.
func (t *Table) Key(row uint32, field int) (key uint64, ok bool) {
	p, i := t.at(row)
	c := &p.cols[field]
	if key, ok = c.key(i); !ok {
		return 0, false
	}
	switch c.mode {
	case asText: // kept apart from the digits that another page may hold
		key |= TextKey
	case asTenths:
		key = c.mode.value(key, nil).Bits()
	}
	return key, true
}

// FieldKey is what Key tells of a field of a row, and whether it is a text's key: then
// what is beside TextKey counts up from 0.
type FieldKey struct {
	Key      uint64
	OK, Text bool
}

// FieldKey is what Key tells of one field.
func (t *Table) FieldKey(row uint32, field int) FieldKey {
	p, _ := t.at(row)
	key, ok := t.Key(row, field)
	return FieldKey{key, ok, p.cols[field].mode == asText}
}

// TextKey is a part of the key of a text.
const TextKey = 1 << 63

// Keys writes to keys what Key tells of each of the fields. The page is found once, and
// what takes one byte or two, as nearly all columns do, is read without a call.
func (t *Table) Keys(row uint32, fields []int, keys []FieldKey) {
	p, i := t.at(row)
	keys = keys[:len(fields)]
	for n, f := range fields {
		c := &p.cols[f]
		var stored uint64
		switch c.width {
		case 1:
			stored = uint64(c.data[i])
		case 2:
			stored = uint64(binary.LittleEndian.Uint16(c.data[i*2:]))
		default:
			keys[n].Key, keys[n].OK = t.Key(row, f)
			keys[n].Text = c.mode == asText
			continue
		}
		key := stored - 1 + c.base
		switch c.mode {
		case asText:
			key |= TextKey
		case asTenths:
			key = c.mode.value(key, nil).Bits()
		}
		keys[n] = FieldKey{key, stored != 0, c.mode == asText}
	}
}

// Text is the text of a field for which the key of a text stands.
func (t *Table) Text(field int, key uint64) string { return t.dicts[field].text(uint32(key)) }

// AllTexts lists a field's distinct texts by key, not to be written to.
func (t *Table) AllTexts(field int) []string { return t.dicts[field].all() }

// Texts is how many distinct texts a field has or had since the layer was loaded, not
// counting codes of digits alone. The keys of its texts are less, beside TextKey.
func (t *Table) Texts(field int) int { return len(t.dicts[field].all()) }

// dict numbers the distinct texts of one field. It only ever grows, and every
// snapshot of a layer shares it: a code once given means the same text for good,
// so snapshots branch and live as long as they like. Texts that no feature has
// any more stay until the layer is next loaded.
type dict struct {
	mu    sync.Mutex        // taken to add; readers need only texts
	codes map[string]uint32 // nil after a load until there is something to add
	texts atomic.Pointer[[]string]
}

func newDict() *dict {
	d := &dict{codes: map[string]uint32{}}
	d.texts.Store(&[]string{})
	return d
}

func (d *dict) code(s string) uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.codes == nil {
		d.codes = map[string]uint32{}
		for code, text := range d.all() {
			d.codes[text] = uint32(code)
		}
	}
	if c, ok := d.codes[s]; ok {
		return c
	}
	// Appending past the length that readers hold never disturbs them.
	texts := append(*d.texts.Load(), s)
	c := uint32(len(texts) - 1)
	d.codes[s] = c
	d.texts.Store(&texts)
	return c
}

func (d *dict) text(code uint32) string { return (*d.texts.Load())[code] }

// all lists the texts by code.
func (d *dict) all() []string { return *d.texts.Load() }
