package questions

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/served"
)

// CatchmentAsk asks how far one comes.
type CatchmentAsk struct {
	OnePlace
	Minutes []float64 `min:"0.1" max:"600" zh:"几分钟内；可给几个，用逗号分隔。" en:"Within so many minutes; several may be given, separated by commas."`
	Metres  []float64 `min:"1" max:"300000" zh:"或沿路几米内。" en:"Or within so many metres by road."`
	Years
	Area   string `zh:"给出几个限时，列出这个区域所有的村，不论多远。" en:"With several limits, list every village of this area, however far."`
	County string `zh:"同上，按县区代码。" en:"The same, by a county's code."`
	Town   string `zh:"同上，按镇代码。" en:"The same, by a town's code."`
}

// maxBands is how many limits there may be at once.
const maxBands = 8

func catchment() *Question {
	return question.New(question.Name{
		ID: "catchment", Reads: onRoads, Path: "/api/catchment", Example: "lon=109.94&lat=33.87&minutes=10,20",
		Title: layers.Words{Zh: "几分钟能到", En: "Catchment"},
		Help: layers.Words{
			Zh: "从一处出发几分钟或几米内能到的范围；给出几个限值，则各有范围，并列出其中的村。",
			En: "The area from which a place costs at most so many minutes or metres; " +
				"with several limits the areas within each, and the villages in them.",
		},
	}, []string{question.GeoJSON}, func(ctx context.Context, w World, ask CatchmentAsk) (Catchment, error) {
		by, limits, _ := ask.limits()
		keep, err := w.keep(ask.within(), w.villages(), ask.Year)
		if err != nil {
			return Catchment{}, err
		}
		n := w.network(ask.Year)
		if len(limits) > 1 {
			bands, err := w.bands(ctx, n, ask.point(), limits, by, keep)
			return Catchment{bands: bands}, err
		}
		one, err := within(ctx, n, ask.point(), limits[0], by)
		return Catchment{one: one}, err
	})
}

// limits are those asked for, ascending, each once, and the parameter that gives them.
func (ask CatchmentAsk) limits() (by network.Metric, limits []float64, part string) {
	by, limits, part = network.ByMinutes, ask.Minutes, "minutes"
	if len(ask.Metres) > 0 {
		by, limits, part = network.ByMetres, ask.Metres, "metres"
	}
	limits = slices.Sorted(slices.Values(limits))
	return by, slices.Compact(limits), part
}

func (ask CatchmentAsk) within() Within {
	return Within{Narrowed: Narrowed{Area: ask.Area, County: ask.County, Town: ask.Town}}
}

// Faults are limits that contradict each other or are too many, and areas that do not exist.
func (ask CatchmentAsk) Faults(w World) (wrong layers.Faults) {
	if (len(ask.Minutes) == 0) == (len(ask.Metres) == 0) {
		wrong.Add("minutes", "or metres is required, and one of them alone")
	}
	_, limits, part := ask.limits()
	if len(limits) > maxBands {
		wrong.Add(part, "may have %d limits at most", maxBands)
	}
	w.check(ask.within(), w.villages(), &wrong)
	if len(limits) == 1 && ask.within() != (Within{}) {
		wrong.Add("county", "or town chooses the villages that several limits are asked of, as in minutes=10,20")
	}
	return wrong
}

// Catchment is one area, or several with the villages in them. Its JSON is a GeoJSON feature or a collection of some.
type Catchment struct {
	one   *Feature[CatchmentFigures]
	bands *Bands
}

// WriteGeoJSON writes it.
func (c Catchment) WriteGeoJSON(w io.Writer) error {
	if c.bands != nil {
		return json.NewEncoder(w).Encode(c.bands)
	}
	return json.NewEncoder(w).Encode(c.one)
}

// CatchmentFigures tell of one area.
type CatchmentFigures struct {
	Minutes float64 `json:"minutes,omitempty"`
	Metres  float64 `json:"metres,omitempty"`
	Year    int     `json:"year"`
	State   string  `json:"state"`
	From    *Snap   `json:"from"` // the nearest road, of all that can be walked to
	AreaKm2 float64 `json:"area_km2"`
}

func within(ctx context.Context, n *roads.Network, p orb.Point, limit float64, by network.Metric) (*Feature[CatchmentFigures], error) {
	area, err := n.Graph.Catchment(ctx, []orb.Point{p}, limit, n.Query(by))
	if err != nil {
		return nil, err
	}
	at, err := n.Graph.Snap(p, n.Query(by))
	if err != nil {
		return nil, err
	}
	told := CatchmentFigures{Minutes: limit, Year: n.Year, State: network.OffNetwork.String(), AreaKm2: served.Centi(geo.Area(area) / 1e6)}
	if by == network.ByMetres {
		told.Minutes, told.Metres = 0, limit
	}
	if len(at) > 0 {
		told.State, told.From = network.Reached.String(), snap(n.Table, at[0])
	}
	var g orb.Geometry
	if len(area) > 0 {
		g = area
	}
	return &Feature[CatchmentFigures]{"Feature", served.GeometryOf(g), told}, nil
}
