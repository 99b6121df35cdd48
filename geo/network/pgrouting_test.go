package network_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/geo/network"
)

// pgrouting is a network known to pgRouting and to the package, which make their
// graphs of it apart: pgRouting's is given by the numbers of its crossings, with the
// side roads' crossings split by hand, and its lengths are PostGIS's; the package gets
// lines alone.
type pgrouting struct {
	conn  *pgx.Conn
	g     *network.Graph
	node  []int32 // of the package, by pgRouting's number
	place []orb.Point
	used  []int64 // crossings that some segment leads to
}

func newPgRouting(t *testing.T) *pgrouting {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), `CREATE EXTENSION pgrouting;
		CREATE TABLE edges (id bigint, source bigint, target bigint, seg bigint, kmh float8,
			geom geometry(LineString, 4326), metres float8, cost float8, reverse_cost float8)`); err != nil {
		t.Fatalf("pgRouting is needed (apt-get install postgresql-15-pgrouting): %v", err)
	}
	p := &pgrouting{conn: conn}
	segments := p.generate(t, rand.New(rand.NewPCG(8, 15)))
	if _, err := conn.Exec(t.Context(), `UPDATE edges SET metres = ST_Length(geom::geography);
		UPDATE edges SET cost = metres, reverse_cost = metres; ANALYZE edges`); err != nil {
		t.Fatal(err)
	}
	// With the tolerance that others have, side roads would join what they end beside.
	p.g = network.Build(slices.Values(segments), 0)
	byPlace := map[orb.Point]int32{}
	for n := range int32(p.g.Nodes()) {
		byPlace[p.g.NodePlace(n)] = n
	}
	for i, place := range p.place {
		n, ok := byPlace[place]
		if ok {
			p.used = append(p.used, int64(i))
		}
		p.node = append(p.node, n)
	}
	if len(p.used) != p.g.Nodes() {
		t.Fatalf("%d nodes, of which %d are crossings", p.g.Nodes(), len(p.used))
	}
	return p
}

// generate lays segments on a jittered grid, two in three of those there might be. One
// in four has a side road that begins on its inside.
func (p *pgrouting) generate(t *testing.T, r *rand.Rand) []network.Segment {
	const side = 45
	grid := func(q orb.Point) orb.Point { return segment(0, paved, orb.LineString{q, q}).Shape.Points[0].LonLat() }
	crossing := func(q orb.Point) int {
		p.place = append(p.place, grid(q))
		return len(p.place) - 1
	}
	for i := range side * side {
		crossing(at(700*(float64(i/side)+0.7*r.Float64()), 700*(float64(i%side)+0.7*r.Float64())))
	}
	var segments []network.Segment
	batch := &pgx.Batch{}
	lay := func(a network.Attributes, line orb.LineString, nodes ...int) {
		row := uint32(len(segments))
		segments = append(segments, segment(row, a, line))
		cuts := len(nodes) - 1
		for c := range cuts { // a line with three nodes has four pieces, two to each
			part := line
			if cuts == 2 {
				part = line[2*c : 2*c+3]
			}
			batch.Queue(`INSERT INTO edges (id, source, target, seg, kmh, geom) VALUES ($1, $2, $3, $4, $5, ST_SetSRID(ST_MakeLine(ARRAY(
				SELECT ST_MakePoint(x, y) FROM unnest($6::float8[], $7::float8[]) WITH ORDINALITY AS v(x, y, i) ORDER BY i)), 4326))`,
				batch.Len(), nodes[c], nodes[c+1], row, a.SpeedKmh, ordinates(part, 0), ordinates(part, 1))
		}
	}
	for i := range side * side {
		for _, next := range []int{i + 1, i + side} {
			if next >= side*side || next == i+1 && next%side == 0 || r.IntN(3) == 0 {
				continue
			}
			from, to := p.place[i], p.place[next]
			line := orb.LineString{from}
			for k := 1.; k < 4; k++ {
				line = append(line, grid(orb.Point{
					from[0] + k/4*(to[0]-from[0]) + 6e-4*(r.Float64()-0.5),
					from[1] + k/4*(to[1]-from[1]) + 6e-4*(r.Float64()-0.5),
				}))
			}
			line = append(line, to)
			a := paved
			a.Hardened, a.SpeedKmh = r.IntN(3) > 0, float32(15*(1+r.IntN(4)))
			if r.IntN(4) > 0 {
				lay(a, line, i, next)
				continue
			}
			middle := crossing(line[2])
			end := crossing(orb.Point{line[2][0] + 2e-3*(r.Float64()-0.5), line[2][1] + 2e-3*(r.Float64()-0.5)})
			lay(a, line, i, middle, next)
			lay(paved, orb.LineString{p.place[middle], p.place[end]}, middle, end)
		}
	}
	if err := p.conn.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	return segments
}

func ordinates(line orb.LineString, axis int) []float64 {
	var out []float64
	for _, p := range line {
		out = append(out, p[axis])
	}
	return out
}

func collect[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheGraphIsThatOfPgRouting(t *testing.T) {
	p := newPgRouting(t)
	t.Run("costs of 1000 pairs", p.costs)
	t.Run("components", p.components)
	t.Run("bridges", p.bridges)
	t.Run("catchment's edges", p.reached)
}

func (p *pgrouting) costs(t *testing.T) {
	for _, c := range []struct {
		name   string
		metric network.Metric
		cost   string
	}{
		{"metres", network.ByMetres, "metres"},
		{"minutes", network.ByMinutes, "metres * 0.06 / kmh"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(2, 3))
			const n = 1000
			from, to := make([]int64, n), make([]int64, n)
			for i := range from {
				from[i], to[i] = p.used[r.IntN(len(p.used))], p.used[r.IntN(len(p.used))]
				if from[i] == to[i] {
					to[i] = p.used[0]
				}
			}
			type row struct {
				I    int64
				Cost float64
			}
			want := slices.Repeat([]float64{math.Inf(1)}, n)
			for _, found := range collect[row](t, p.conn, `
				SELECT p.i, agg_cost FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS p(a, b, i)
				JOIN pgr_dijkstra('SELECT id, source, target, `+c.cost+` AS cost FROM edges',
					'SELECT a AS source, b AS target FROM unnest(''`+array(from)+`''::bigint[], ''`+array(to)+
				`''::bigint[]) AS q(a, b)', directed => false) d
				ON d.start_vid = p.a AND d.end_vid = p.b AND d.edge = -1`, from, to) {
				want[found.I-1] = found.Cost
			}
			ways, worst := 0, 0.
			for i := range from {
				// From and to the node itself: at most a millimetre of walk.
				got, err := p.g.Route(t.Context(), p.place[from[i]], p.place[to[i]], network.Query{Metric: c.metric, MaxSnap: 1e-3})
				if err != nil {
					t.Fatal(err)
				}
				if math.IsInf(want[i], 1) {
					if got.State != network.Unconnected {
						t.Errorf("pair %d: %v, cost %v; pgRouting finds no way", i, got.State, got.Cost)
					}
					continue
				}
				ways++
				if off := math.Abs(got.Cost/want[i] - 1); off <= 1e-3 {
					worst = max(worst, off)
				} else {
					t.Errorf("pair %d costs %v, pgRouting says %v", i, got.Cost, want[i])
				}
			}
			if ways < n/2 {
				t.Errorf("only %d ways were compared", ways)
			}
			t.Logf("%d ways of %d edges' network differ by at most %.1e", ways, p.g.Edges(), worst)
		})
	}
}

func array(ids []int64) string {
	b := []byte{'{'}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, '}'))
}

func (p *pgrouting) components(t *testing.T) {
	type row struct{ Component, Node int64 }
	rows := collect[row](t, p.conn,
		`SELECT component, node FROM pgr_connectedComponents('SELECT id, source, target, cost, reverse_cost FROM edges')`)
	here, there := map[int32]int64{}, map[int64]int32{}
	for _, r := range rows {
		c := p.g.All().Component(p.node[r.Node])
		if was, ok := here[c]; ok && was != r.Component {
			t.Fatalf("node %d: component %d is two of pgRouting's", r.Node, c)
		}
		if was, ok := there[r.Component]; ok && was != c {
			t.Fatalf("node %d: pgRouting's component %d is two here", r.Node, r.Component)
		}
		here[c], there[r.Component] = r.Component, c
	}
	if len(rows) != p.g.Nodes() || len(here) != p.g.All().Components() || len(here) < 2 {
		t.Errorf("%d nodes on %d components, pgRouting has %d on %d", p.g.Nodes(), p.g.All().Components(), len(rows), len(there))
	}
}

func (p *pgrouting) bridges(t *testing.T) {
	type row struct{ Seg, A, B int64 }
	var want, got [][3]int64
	for _, r := range collect[row](t, p.conn, `SELECT seg, source, target FROM
		pgr_bridges('SELECT id, source, target, cost, reverse_cost FROM edges') b JOIN edges e ON e.id = b.edge`) {
		a, b := int64(p.node[r.A]), int64(p.node[r.B])
		want = append(want, [3]int64{r.Seg, min(a, b), max(a, b)})
	}
	for _, e := range p.g.Bridges(nil) {
		edge := p.g.Edge(e)
		got = append(got, [3]int64{int64(edge.Row), int64(min(edge.A, edge.B)), int64(max(edge.A, edge.B))})
	}
	order := func(a, b [3]int64) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	if !slices.Equal(got, want) || len(got) < 100 {
		t.Errorf("%d bridges, pgRouting has %d", len(got), len(want))
	}
}

// reached compares the nodes within a distance of some sources, and which source each
// belongs to.
func (p *pgrouting) reached(t *testing.T) {
	type row struct {
		Source, Node int64
		Cost         float64
	}
	sources := []int64{100, 700, 1500}
	field, err := p.g.Reach(t.Context(), []orb.Point{p.place[100], p.place[700], p.place[1500]}, network.Query{MaxSnap: 1e-3, Limit: 9000})
	if err != nil {
		t.Fatal(err)
	}
	rows := collect[row](t, p.conn, `SELECT from_v, node, agg_cost FROM pgr_drivingDistance(
		'SELECT id, source, target, cost, reverse_cost FROM edges', $1::bigint[], 9000, directed => false, equicost => true)`, sources)
	for _, r := range rows {
		got := field.At(p.place[r.Node])
		if math.Abs(got.Cost-r.Cost) > 1e-3*r.Cost+0.01 || sources[max(0, got.Source)] != r.Source {
			t.Errorf("node %d costs %v from source %d, pgRouting says %v from %d", r.Node, got.Cost, got.Source, r.Cost, r.Source)
		}
	}
	n := 0
	for node := range int32(p.g.Nodes()) {
		if _, ok := field.Cost(node); ok {
			n++
		}
	}
	if n != len(rows) || n < 100 {
		t.Errorf("%d nodes within 9 km, pgRouting has %d", n, len(rows))
	}
}
