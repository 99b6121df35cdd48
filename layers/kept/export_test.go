package kept

// Waiting is how many wait for the work on a key.
func (c *Cache[K, V]) Waiting(key K) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.entries {
		if e.key == key {
			return e.waiting
		}
	}
	return 0
}
