package siting

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/cuntu/cuntu/geo/dem"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
)

// Survey measures plots in one snapshot as of a year. Weights, curves and constraints do
// not matter to it: it keeps for any change of them. It is safe for any number of
// goroutines.
type Survey struct {
	Snapshot *snapshot.Snapshot
	Network  *roads.Network
	Ground   *dem.Model // nil where there is none
	Criteria *Criteria
	People   int // the settlement that features must be enough for

	probes []probe
	// Those of the probes that ask the road network, to answer together.
	byRoad []*roadProbe
	fields []*network.Field
}

// probe measures one criterion. A value is NaN where unknown and +Inf where there is
// nothing within reach.
type probe interface {
	value(p *Plot, ways []network.Answer) float64
	// evidence is of the same plot; it may take longer.
	evidence(p *Plot, ways []network.Answer, e *Evidence)
}

// NewSurvey prepares to measure by the criteria: one pass over the network for each
// that goes by road. The network is that of the snapshot's roads.
func NewSurvey(
	ctx context.Context, snap *snapshot.Snapshot, net *roads.Network, ground *dem.Model, c *Criteria, people int,
) (*Survey, error) {
	if people == 0 {
		people = int(c.People.Value)
	}
	s := &Survey{Snapshot: snap, Network: net, Ground: ground, Criteria: c, People: people}
	for n := range c.List {
		p, err := s.probe(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("criterion %q: %w", c.List[n].ID, err)
		}
		s.probes = append(s.probes, p)
	}
	return s, nil
}

func (s *Survey) probe(ctx context.Context, n int) (probe, error) {
	c := &s.Criteria.List[n]
	if c.Measure.ofGround() {
		return groundProbe{s.Ground, c.Measure}, nil
	}
	chosen, err := s.choose(n)
	if err != nil {
		return nil, err
	}
	switch c.Measure {
	case Minutes, Metres, Unhardened:
		p := &roadProbe{chosen: chosen, net: s.Network, measure: c.Measure, number: len(s.fields)}
		if p.field, err = s.field(ctx, p); err != nil {
			return nil, err
		}
		s.fields, s.byRoad = append(s.fields, p.field), append(s.byRoad, p)
		return p, nil
	case Straight:
		return straightProbe{chosen, s.Ground}, nil
	case Overlap:
		return overlapProbe{chosen}, nil
	}
	return clearanceProbe{chosen}, nil
}

// Measured is the values of plots by criterion: Measured[i][n] is plot i's of criterion
// n; NaN where unknown, +Inf where there is nothing within reach.
type Measured [][]float64

// Measure measures plots. It takes some 0.2 ms a plot, told to progress every now and
// then, which may be nil.
func (s *Survey) Measure(ctx context.Context, plots []Plot, progress func(done int)) (Measured, error) {
	out := make(Measured, len(plots))
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 64
	done := make(chan int, len(plots)/chunk+1)
	for from := 0; from < len(plots); from += chunk {
		workers.Go(func() error {
			end := min(from+chunk, len(plots))
			var ways []network.Answer
			for i := from; i < end && ctx.Err() == nil; i++ {
				out[i], ways = s.measure(&plots[i], ways)
			}
			done <- end - from
			return ctx.Err()
		})
		for more := progress != nil; more; {
			select {
			case n := <-done:
				progress(n)
			default:
				more = false
			}
		}
	}
	return out, workers.Wait()
}

func (s *Survey) measure(p *Plot, ways []network.Answer) ([]float64, []network.Answer) {
	ways = s.ways(p, ways[:0])
	row := make([]float64, len(s.probes))
	for n, probe := range s.probes {
		row[n] = probe.value(p, ways)
	}
	return row, ways
}

// ways are the answers of all fields.
func (s *Survey) ways(p *Plot, room []network.Answer) []network.Answer {
	return network.AtAll(p.At, s.fields, room)
}

var unknown, nothing = math.NaN(), math.Inf(1)
