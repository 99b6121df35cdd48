package demo

import "math/rand/v2"

// world is the prefecture while it is being made up. Each step fills its part
// from the parts before.
type world struct {
	seed   uint64
	source *source
	ground *ground
	rivers []river

	towns     []town
	territory []int16 // the town that a cell belongs to, -1 outside
	villages  []village
	hamlets   []hamlet

	routes   []route
	net      *network // all roads but expressways
	segments []segment
}

func newWorld(seed uint64) (*world, error) {
	s, err := readSource()
	if err != nil {
		return nil, err
	}
	w := &world{seed: seed, source: s}
	w.ground = newGround(s, seed)
	w.rivers = findRivers(w.ground)
	w.placeTowns()
	w.divide()
	w.placeVillages()
	w.nameRivers()
	w.placeHamlets()
	w.buildRoads()
	return w, nil
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
