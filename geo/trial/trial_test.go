package trial_test

import (
	"testing"

	"github.com/cuntu/cuntu/geo/trial"
)

func TestATenthRunsUnlessAllIsToBeProved(t *testing.T) {
	for _, row := range []struct {
		prove   string
		n, want int
	}{
		{"", 1000, 100},
		{"", 24, 2},
		{"", 3, 1},
		{"1", 1000, 1000},
		{"1", 3, 3},
	} {
		t.Setenv("CUNTU_PROVE", row.prove)
		if got := trial.Part(row.n); got != row.want {
			t.Errorf("of %d cases %d run with CUNTU_PROVE=%q, not %d", row.n, got, row.prove, row.want)
		}
	}
}
