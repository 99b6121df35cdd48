package encode

import (
	"testing"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/snapshot"
)

func TestSelectionsAreForgottenWithTheirTables(t *testing.T) {
	snap := snapshot.NewBuilder(layers.Builtin()).Snapshot()
	road, _ := snap.Table("road")
	var s Selections
	for year := range 2 * selectionLimit.Most {
		if _, err := s.of(road, Options{Year: 2000 + year}); err != nil {
			t.Fatal(err)
		}
	}
	var years []int
	made := map[int]*selection{}
	for key, of := range s.made.All() {
		years, made[key.year] = append(years, key.year), of
	}
	if len(years) != selectionLimit.Most || years[0] != 2000+2*selectionLimit.Most-1 {
		t.Errorf("those of %v are kept", years)
	}
	oldest := years[len(years)-1]
	if again, err := s.of(road, Options{Year: oldest}); err != nil || again != made[oldest] {
		t.Error("what is there is made again")
	}
	s.Forget(snapshot.NewBuilder(layers.Builtin()).Snapshot())
	for key := range s.made.All() {
		t.Errorf("a selection of %d is kept of a table that is gone", key.year)
	}
}
