package snapshot

import (
	"sync"
	"sync/atomic"
)

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
