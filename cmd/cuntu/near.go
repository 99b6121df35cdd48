package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/geo/network"
	"github.com/cuntu/cuntu/layers/roads"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web"
)

type nearCmd struct {
	storeFlag
	Lon    *float64 `help:"Longitude in degrees of WGS 84."`
	Lat    *float64 `help:"Latitude in degrees of WGS 84."`
	Points string   `type:"existingfile" placeholder:"FILE" help:"A CSV file with columns lon and lat, instead of one place."`
	Layer  []string `required:"" help:"The layers to look in, such as town,park."`
	K      int      `default:"1" help:"How many of each layer."`
	Max    float64  `default:"Inf" help:"How far away at most, in metres, or minutes by time."`
	Metric string   `enum:"straight,road,time" default:"straight" help:"Distances as the crow flies, by road or in minutes: ${enum}."`
	yearFlag
	Format string `short:"f" enum:"table,json,geojson,csv,xlsx" default:"table" help:"One of ${enum}."`
}

// Run answers from a snapshot of the store.
func (c *nearCmd) Run(ctx context.Context, log *slog.Logger) error {
	points, err := c.points()
	if err != nil {
		return err
	}
	snap, err := c.snapshot(ctx, log)
	if err != nil {
		return err
	}
	answer := web.NearAnswer{Points: points, Hits: make([][]snapshot.Near, len(points)), Many: c.Points != ""}
	if by, ok := web.RoadMetric(c.Metric); ok {
		answer.Ways = web.NewNearWays(roads.Build(snap, c.year()), by, len(points))
	}
	for _, id := range c.Layer {
		table, ok := snap.Table(id)
		if !ok || !table.Layer.HasGeometry() {
			return fmt.Errorf("--layer %s: not one of %s", id, strings.Join(snap.Catalog.IDs(), ", "))
		}
		if answer.Ways != nil {
			if err := answer.NearByRoad(ctx, table, c.K, c.Max); err != nil {
				return err
			}
			continue
		}
		for i, p := range points {
			answer.Hits[i] = append(answer.Hits[i], table.Near(p, c.K, c.Max)...)
		}
	}
	if c.Format == "table" {
		return writeNearTable(os.Stdout, answer)
	}
	return answer.Write(os.Stdout, c.Format)
}

func (c *nearCmd) points() ([]orb.Point, error) {
	if c.Points == "" {
		if c.Lon == nil || c.Lat == nil {
			return nil, errors.New("near needs --lon and --lat, or --points FILE")
		}
		return []orb.Point{{*c.Lon, *c.Lat}}, checkPlace(*c.Lon, *c.Lat)
	}
	f, err := os.Open(c.Points)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	points, err := readPlaces(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Points, err)
	}
	return points, nil
}

func checkPlace(lon, lat float64) error {
	if !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return fmt.Errorf("longitude %v and latitude %v are not within ±180 and ±90 degrees", lon, lat)
	}
	return nil
}

func readPlaces(r io.Reader) ([]orb.Point, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	lon, lat := -1, -1
	if len(rows) > 0 {
		for i, heading := range rows[0] {
			switch strings.TrimPrefix(heading, "\uFEFF") {
			case "lon":
				lon = i
			case "lat":
				lat = i
			}
		}
	}
	if lon < 0 || lat < 0 {
		return nil, errors.New("the first row must name the columns lon and lat")
	}
	points := make([]orb.Point, 0, len(rows))
	for n, row := range rows[1:] {
		x, errX := strconv.ParseFloat(row[lon], 64)
		y, errY := strconv.ParseFloat(row[lat], 64)
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("row %d: lon %q, lat %q are not numbers", n+2, row[lon], row[lat])
		}
		if err := checkPlace(x, y); err != nil {
			return nil, fmt.Errorf("row %d: %w", n+2, err)
		}
		points = append(points, orb.Point{x, y})
	}
	return points, nil
}

func writeNearTable(w io.Writer, a web.NearAnswer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heads := "POINT\tLAYER\tID\tNAME\tMETRES\tLON\tLAT"
	if a.Ways != nil {
		heads += "\t" + strings.ToUpper(strings.ReplaceAll(a.Ways.Measure(), "_", " ")) + "\tWALK FROM\tWALK TO\tSTATE"
	}
	fmt.Fprintln(t, heads)
	for i, hits := range a.Hits {
		for j, n := range hits {
			way := network.Answer{State: network.Reached}
			if a.Ways != nil {
				way = a.Ways.Answers[i][j]
			}
			if way.State != network.Reached {
				fmt.Fprintf(t, "%d\t%s\t\t\t\t\t\t\t%.0f\t\t%s\n", i, n.Table.Layer.ID, way.From.WalkM, way.State)
				continue
			}
			fmt.Fprintf(t, "%d\t%s\t%d\t%s\t%.0f\t%.6f\t%.6f", i, n.Table.Layer.ID, n.Table.ID(n.Row),
				n.Table.Get(n.Row, "name").Text(), n.Metres, n.Place[0], n.Place[1])
			if a.Ways != nil {
				fmt.Fprintf(t, "\t%.0f\t%.0f\t%.0f\t%s", a.Ways.Measured(way), way.From.WalkM, way.To.WalkM, way.State)
			}
			fmt.Fprintln(t)
		}
	}
	return t.Flush()
}
