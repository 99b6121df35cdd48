package kept

import (
	"slices"
	"sync"
)

// Latest keeps the values last put under their keys. It is for what the next answer is made from, where a
// Cache keeps the answers. The zero Latest is ready for any number of goroutines.
type Latest[K comparable, V any] struct {
	mu     sync.Mutex
	keys   []K // the one last put at the end
	values map[K]V
}

// Get is the value last put under a key; the zero value where none is kept.
func (l *Latest[K, V]) Get(key K) V {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.values[key]
}

// Put keeps a value, and lets that go which was put longest ago where there are more than most.
func (l *Latest[K, V]) Put(key K, value V, most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.values == nil {
		l.values = map[K]V{}
	}
	l.keys = append(slices.DeleteFunc(l.keys, func(k K) bool { return k == key }), key)
	l.values[key] = value
	if len(l.keys) > most {
		delete(l.values, l.keys[0])
		l.keys = slices.Delete(l.keys, 0, 1)
	}
}
