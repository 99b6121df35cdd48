package kept_test

import (
	"testing"

	"github.com/cuntu/cuntu/layers/kept"
)

func TestLatestKeepsWhatWasPutLast(t *testing.T) {
	var l kept.Latest[int, string]
	for key, value := range []string{"a", "b", "c"} {
		l.Put(key, value, 3)
	}
	l.Put(0, "A", 3) // later than b now
	l.Put(3, "d", 3)
	for key, want := range []string{"A", "", "c", "d"} {
		if got := l.Get(key); got != want {
			t.Errorf("%d: %q, not %q", key, got, want)
		}
	}
}
