package demo

import (
	"math/rand/v2"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/demo/ground"
	"github.com/cuntu/cuntu/data/demo/plane"
	"github.com/cuntu/cuntu/data/demo/source"
)

// world is the prefecture while it is being made up. Each step fills its part
// from the parts before.
type world struct {
	seed   uint64
	source *source.Source
	ground *ground.Ground
	rivers []ground.River

	towns     []town
	territory []int16 // the town that a cell belongs to, -1 outside
	villages  []village
	hamlets   []hamlet

	routes    []route
	net       *network // all roads but expressways
	fast      []expressway
	cableways []cableway
	banks     map[int32]plane.XY // where a road runs in a cell that a river runs through
	nodes     map[int32]bool
	segments  []segment
	graph     *roadGraph

	away []float64 // metres by road from each village to its county seat
	need []float64 // 0 to 1: how remote and high each village is, by rank

	people     []people // of each village
	towers     []tower
	sites      []site
	parks      []park
	works      []waterwork
	facilities []facility
	hazards    []area
	reserves   []area

	townOutlines    []orb.MultiPolygon
	villageOutlines []orb.MultiPolygon
}

func newWorld(seed uint64) (*world, error) {
	s, err := source.Read()
	if err != nil {
		return nil, err
	}
	w := &world{seed: seed, source: s}
	w.ground = ground.New(s, seed)
	w.rivers = ground.FindRivers(w.ground)
	w.placeTowns()
	w.divide()
	w.placeVillages()
	w.nameRivers()
	w.placeHamlets()
	w.buildRoads()
	w.pave()
	w.populate()
	w.placeTowers()
	w.serve()
	w.placeSites()
	w.placeParks()
	w.placeWaterworks()
	w.placeFacilities()
	w.setLimits()
	return w, w.drawOutlines()
}

// random is a source of chance for one step, so that a change to one step leaves
// the others' as it was.
func (w *world) random(step uint64) *rand.Rand { return rand.New(rand.NewPCG(w.seed, step)) }

// The steps that draw chances in order.
const (
	villageStep uint64 = iota + 1
	hamletStep
	roadStep
	surfaceStep
	peopleStep
	serviceStep
	siteStep
	limitStep
)
