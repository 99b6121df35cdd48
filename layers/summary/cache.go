package summary

import (
	"sync"

	"github.com/cuntu/cuntu/layers/snapshot"
)

// maxAnswers is how many answers a Cache keeps: a map's choropleths of some years by two
// kinds of area. One takes a few hundred bytes an area and column.
const maxAnswers = 64

// Cache keeps the answers last asked for, of one snapshot. The zero Cache is ready for any
// number of goroutines, and computes an answer once however many wait for it.
type Cache struct {
	mu   sync.Mutex
	snap *snapshot.Snapshot
	kept []kept // the one last asked for at the end
}

type kept struct {
	key    string
	answer func() ([]Area, error)
}

// Get is the answer of the key, which says all of the question, to the snapshot.
func (c *Cache) Get(snap *snapshot.Snapshot, key string, compute func() ([]Area, error)) ([]Area, error) {
	return c.entry(snap, key, compute)()
}

func (c *Cache) entry(snap *snapshot.Snapshot, key string, compute func() ([]Area, error)) func() ([]Area, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.snap != snap {
		c.snap, c.kept = snap, nil
	}
	for i, k := range c.kept {
		if k.key == key {
			copy(c.kept[i:], c.kept[i+1:])
			c.kept[len(c.kept)-1] = k
			return k.answer
		}
	}
	if len(c.kept) == maxAnswers {
		c.kept = append([]kept(nil), c.kept[1:]...)
	}
	k := kept{key, sync.OnceValues(compute)}
	c.kept = append(c.kept, k)
	return k.answer
}
