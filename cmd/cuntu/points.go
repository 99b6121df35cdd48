package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/layers/questions"
)

// pointsOf is a CSV file of places as the body of the question what is near many.
func pointsOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	places, err := readPlaces(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var body questions.Points
	for _, p := range places {
		body.Points = append(body.Points, []float64{p[0], p[1]})
	}
	return json.Marshal(body)
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

// yearFlag is the year that a question is asked for.
type yearFlag struct {
	Year int `help:"What is complete by this year counts as existing; this year if not given."`
}
