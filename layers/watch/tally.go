package watch

import (
	"fmt"

	"github.com/cuntu/cuntu/layers"
)

// Tally adds up what was reported of households.
type Tally struct {
	Rows int // that were added

	fresh, solved, overdue int
	month                  Month // that overdue is of
	hidden                 bool  // some of the rows may not be seen by who asks
}

// Add adds a report of a village; hidden is one that may not be seen by who asks.
func (t *Tally) Add(r *Report, hidden bool) {
	t.Rows, t.hidden = t.Rows+1, t.hidden || hidden
	t.fresh += r.New
	t.solved += r.Solved
	if r.Month > t.month {
		t.month, t.overdue = r.Month, 0
	}
	if r.Month == t.month {
		t.overdue += r.Overdue
	}
}

// Hide says that some of what is added up may not be seen by who asks.
func (t *Tally) Hide() { t.hidden = true }

// Join adds another village's.
func (t *Tally) Join(o *Tally) {
	t.Rows, t.hidden = t.Rows+o.Rows, t.hidden || o.hidden
	t.fresh, t.solved, t.overdue = t.fresh+o.fresh, t.solved+o.solved, t.overdue+o.overdue
}

// Counts are households: each a number, or "<5" for who may not see the rows that are counted.
type Counts struct {
	New     layers.Value `json:"new"`
	Solved  layers.Value `json:"solved"`
	Overdue layers.Value `json:"overdue"` // in the last month that was reported
}

// fewest is the least count of households that who may not see the rows is told.
const fewest = 5

// Counts are what was added up.
func (t *Tally) Counts() Counts { return Counts{t.told(t.fresh), t.told(t.solved), t.told(t.overdue)} }

func (t *Tally) told(n int) layers.Value {
	if t.hidden && n < fewest {
		return layers.Text(fmt.Sprintf("<%d", fewest))
	}
	return layers.Int(int64(n))
}
