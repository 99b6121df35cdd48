package coverage_test

import (
	"testing"

	"github.com/cuntu/cuntu/layers/coverage"
	"github.com/cuntu/cuntu/layers/service"
)

// A town that was moved to another county takes its villages along, whatever county these have on record and whatever
// digits their codes begin with.
func TestAVillageLiesInTheCountyOfItsTown(t *testing.T) {
	w := newWorld(t)
	w.add("county", nil, values{"code": "611021", "name": "乙县"})
	w.add("town", at(5000, 0), values{"code": "611002108", "name": "移来", "county": "611021", "kind": "town"})
	w.village(at(0, 0), nil).village(at(5000, 0), values{"town": "611002108"})
	list := w.compute(2017, service.Builtin()).Summarise(service.Power, coverage.ByCounty)
	if len(list) != 2 || list[1].Code != "611021" || list[1].Villages[service.Unknown] != 1 {
		t.Errorf("%+v", list)
	}
}
