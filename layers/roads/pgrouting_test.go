package roads_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"github.com/cuntu/cuntu/data/demo/demotest"
	"github.com/cuntu/cuntu/data/postgis/pgtest"
	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
)

// makeEdges nodes the roads as the package network says it does, by PostGIS alone: ends
// within 0.1 m of each other are one node, and a line is cut where it passes one as near.
const makeEdges = `
	CREATE EXTENSION pgrouting;
	CREATE INDEX ON road USING gist (geom);
	CREATE TABLE node AS SELECT DISTINCT ON (id) id, at FROM (
		SELECT ST_ClusterDBSCAN(ST_Transform(at, 4479), 0.1, 1) OVER () AS id, at FROM (
			SELECT ST_StartPoint(geom) AS at FROM road UNION SELECT ST_EndPoint(geom) FROM road) e) c ORDER BY id;
	CREATE INDEX ON node USING gist (at);
	CREATE TABLE edge AS
	WITH met AS (
		SELECT r.id AS road, r.kmh, r.geom, n.id AS node, ST_LineLocatePoint(r.geom, n.at) AS share
		FROM road r JOIN node n ON ST_DWithin(r.geom, n.at, 2e-6) AND ST_Distance(r.geom::geography, n.at::geography) <= 0.1
	), cut AS (
		SELECT road, kmh, geom, node AS source, share AS a, lead(node) OVER w AS target, lead(share) OVER w AS b
		FROM met WINDOW w AS (PARTITION BY road ORDER BY share)
	)
	SELECT row_number() OVER () AS id, source::bigint, target::bigint, kmh, ST_Length(ST_LineSubstring(geom, a, b)::geography) AS metres
	FROM cut WHERE target IS NOT NULL;
	ANALYZE`

func TestWaysOverTheDemoAreThoseOfPgRouting(t *testing.T) {
	n := demoNetwork(t)
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	load(t, conn, n)
	if _, err := conn.Exec(t.Context(), makeEdges); err != nil {
		t.Fatalf("pgRouting is needed (apt-get install postgresql-15-pgrouting): %v", err)
	}
	rows, err := conn.Query(t.Context(), `SELECT id, ST_X(at), ST_Y(at) FROM node ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		ID       int64
		Lon, Lat float64
	}
	nodes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[node])
	if err != nil || len(nodes) < 5000 {
		t.Fatal(len(nodes), err)
	}
	const pairs = 1000
	r := rand.New(rand.NewPCG(7, 11))
	from, to := make([]int64, pairs), make([]int64, pairs)
	for i := range from {
		from[i], to[i] = int64(r.IntN(len(nodes))), int64(r.IntN(len(nodes)))
	}
	const asked = `CREATE TABLE asked AS SELECT a, b, i FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS q(a, b, i)`
	if _, err := conn.Exec(t.Context(), asked, from, to); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		metric network.Metric
		cost   string
	}{{network.ByMetres, "metres"}, {network.ByMinutes, "metres * 0.06 / kmh"}} {
		rows, err := conn.Query(t.Context(), `
			SELECT i, d.agg_cost FROM asked JOIN pgr_dijkstraCost('SELECT id, source, target, `+c.cost+` AS cost FROM edge',
				'SELECT a AS source, b AS target FROM asked', directed => false) d ON d.start_vid = a AND d.end_vid = b`)
		if err != nil {
			t.Fatal(err)
		}
		want, worst, found := map[int64]float64{}, 0., 0
		var i int64
		var cost float64
		if _, err := pgx.ForEachRow(rows, []any{&i, &cost}, func() error { want[i-1] = cost; return nil }); err != nil {
			t.Fatal(err)
		}
		for i := range from {
			a, b := nodes[from[i]], nodes[to[i]]
			way, err := n.Graph.Route(
				t.Context(), orb.Point{a.Lon, a.Lat}, orb.Point{b.Lon, b.Lat},
				network.Query{Metric: c.metric, Over: n.Passable, MaxSnap: 0.2, FootWeight: 1},
			)
			if err != nil {
				t.Fatal(err)
			}
			is, there := want[int64(i)]
			switch {
			case a == b:
			case there != (way.State == network.Reached):
				t.Errorf("from %v to %v: %v, pgRouting finds a way: %v", a, b, way.State, there)
			case there:
				found++
				off := math.Abs(way.Cost-is) / max(is, 1)
				if worst = max(worst, off); off > 1e-3 {
					t.Errorf("from %v to %v costs %v, pgRouting says %v", a, b, way.Cost, is)
				}
			}
		}
		if found < pairs*9/10 {
			t.Errorf("only %d ways were compared", found)
		}
		t.Logf("%s: %d ways over %d edges differ by at most %.1e", c.cost, found, n.Graph.Edges(), worst)
	}
}

func demoNetwork(t *testing.T) *roads.Network {
	t.Helper()
	return roads.Build(demotest.Snapshot(t), 2017)
}

// load writes the passable roads of a network as they lie on the grid.
func load(t *testing.T, conn *pgx.Conn, n *roads.Network) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), `CREATE TABLE road (id bigint, kmh float8, geom geometry(LineString, 4326))`); err != nil {
		t.Fatal(err)
	}
	batch, seen := &pgx.Batch{}, map[uint32]bool{}
	for e := range int32(n.Graph.Edges()) {
		edge := n.Graph.Edge(e)
		if seen[edge.Row] || !n.Passable.Has(e) {
			continue
		}
		seen[edge.Row] = true
		var line orb.LineString
		for _, p := range n.Table.Shape(edge.Row).Points {
			line = append(line, p.LonLat())
		}
		batch.Queue(
			`INSERT INTO road VALUES ($1, $2, ST_SetSRID(ST_GeomFromWKB($3), 4326))`, int64(edge.Row), float64(edge.SpeedKmh),
			wkb.MustMarshal(line),
		)
	}
	if err := conn.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
}
