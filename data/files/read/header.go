package read

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/shape"
	"github.com/cuntu/cuntu/geo/crs"
)

// findHeader finds the rows of headings among the first rows: titles, dates and
// "单位：人" fill few columns of a sheet, headings fill most and hold words. A heading
// of two rows has groups above and parts below; each row fills the other's gaps.
func findHeader(rows []tableRow, asked int64) (first, last int, err error) {
	width := 0
	for _, r := range rows {
		width = max(width, filled(r.cells))
	}
	found := -1
	for i, r := range rows {
		if asked != 0 {
			if r.number == asked {
				found = i
			}
			continue
		}
		n := filled(r.cells)
		if found < 0 && n*10 >= width*6 && n >= min(2, width) && words(r.cells)*2 >= n {
			found = i
		}
	}
	switch {
	case found < 0 && asked != 0:
		return 0, 0, fmt.Errorf("row %d, said to hold the headings, is empty or not among the first %d rows", asked, lookAhead)
	case found < 0:
		found = 0
	case asked != 0:
		return found, found, nil
	}
	first, last = found, found
	if found > 0 && filled(rows[found-1].cells) > 1 && fills(rows[found-1].cells, rows[found].cells, len(rows[found].cells)) {
		first--
	}
	if first == last && found+1 < len(rows) {
		below := rows[found+1].cells
		if words(below) == filled(below) && fills(below, rows[found].cells, 0) && len(below) > 0 && below[0] == "" {
			last++
		}
	}
	return first, last, nil
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}

// words counts the cells that are no numbers.
func words(cells []string) (n int) {
	for _, c := range cells {
		if c != "" && !number(c) {
			n++
		}
	}
	return n
}

func number(s string) bool {
	s = strings.TrimSuffix(strings.ReplaceAll(record.Narrow(s), ",", ""), "%")
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// fills tells whether every gap of a row before its last filled column, or before
// width where that is more, is filled by other.
func fills(other, row []string, width int) bool {
	width = max(width, len(other))
	gap := false
	for i := range width {
		if i < len(row) && row[i] != "" {
			continue
		}
		if i >= len(other) || other[i] == "" {
			return false
		}
		gap = true
	}
	return gap
}

// numbersColumns tells a row "1 2 3 4 5 6 …" below the headings.
func numbersColumns(cells []string) bool {
	for i, c := range cells {
		if strings.Trim(record.Narrow(c), "()") != strconv.Itoa(i+1) {
			return false
		}
	}
	return len(cells) >= 6
}

// headings are the columns' names: of several rows the lowest, with the group
// before it where names would be the same. A column without heading that has data
// is named by its number.
func headings(rows, data []tableRow) []string {
	width := 0
	for _, r := range slices.Concat(rows, data) {
		for i, c := range r.cells {
			if c != "" {
				width = max(width, i+1)
			}
		}
	}
	names, groups := make([]string, width), make([]string, width)
	for _, r := range rows {
		group := ""
		for i := range width {
			cell := ""
			if i < len(r.cells) {
				cell = heading(r.cells[i])
			}
			if cell != "" {
				groups[i], names[i] = names[i], cell
				group = cell
			} else if names[i] == "" && len(rows) > 1 {
				names[i] = group // below a merged cell, until the next row names it
			}
		}
	}
	count := map[string]int{}
	for _, n := range names {
		count[n]++
	}
	for i, n := range names {
		if count[n] > 1 && groups[i] != "" && groups[i] != n {
			names[i] = groups[i] + "/" + n
		}
	}
	return distinct(names)
}

// heading puts a heading that is broken into lines together.
func heading(s string) string {
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), ""))
}

// distinct names what has no name and numbers what has another's.
func distinct(names []string) []string {
	seen := map[string]bool{}
	for i, n := range names {
		if n == "" {
			n = "列" + strconv.Itoa(i+1)
		}
		base := n
		for k := 2; seen[n]; k++ {
			n = base + "_" + strconv.Itoa(k)
		}
		seen[n] = true
		names[i] = n
	}
	return names
}

// geometry finds the columns of the geometry, by the options or by their names.
func (t *table) geometry() error {
	src, o := t.job.src, t.job.o
	column := func(name string) int {
		return slices.IndexFunc(src.Fields, func(f record.Field) bool { return f.Name == name })
	}
	t.lon, t.lat, t.wkt = -1, -1, -1
	for _, want := range []struct {
		name string
		at   *int
	}{{o.Lon, &t.lon}, {o.Lat, &t.lat}, {o.WKT, &t.wkt}} {
		if want.name == "" {
			continue
		}
		if *want.at = column(want.name); *want.at < 0 {
			return fmt.Errorf("has no column %q; it has %s", want.name, strings.Join(src.Headings(), ", "))
		}
	}
	if (o.Lon == "") != (o.Lat == "") {
		return fmt.Errorf("the columns of both longitude and latitude are needed, or neither")
	}
	if o.Lon == "" && o.WKT == "" {
		t.wkt = t.guessWKT()
		t.lon, t.lat = t.axes(degreeAxis)
		if t.lon < 0 || t.lat < 0 {
			t.lon, t.lat = t.axes(anyAxis)
		}
		if t.wkt >= 0 || t.lon < 0 || t.lat < 0 {
			t.lon, t.lat = -1, -1
		}
	}
	for _, c := range []int{t.wkt, t.lon, t.lat} {
		if c >= 0 {
			src.GeometryFrom = append(src.GeometryFrom, src.Fields[c].Name)
		}
	}
	if t.wkt >= 0 {
		src.GeometryFrom = src.GeometryFrom[:1]
		t.systemOfSRID()
	}
	if len(src.GeometryFrom) > 0 {
		t.systemInHeading(src.GeometryFrom[0])
	}
	return nil
}

// systemInHeading takes the coordinate system that stands in brackets at the end of
// the geometry's heading, 经度(GCJ-02), as our own tables have it. What is no system,
// such as a unit, says nothing.
func (t *table) systemInHeading(name string) {
	_, inside, ok := strings.Cut(strings.TrimSuffix(record.Narrow(name), ")"), "(")
	if !ok || t.job.o.CRS != nil {
		return
	}
	if c, err := crs.Parse(inside); err == nil {
		t.job.setCRS(c, "heading "+name, nil)
	}
}

// systemOfSRID takes the coordinate system of the first geometry that names one.
func (t *table) systemOfSRID() {
	for _, r := range t.ahead {
		if t.wkt >= len(r.cells) {
			continue
		}
		if _, srid, err := shape.Parse(r.cells[t.wkt]); err == nil && srid != 0 {
			t.srid = srid
			c, err := crs.ByCode(srid)
			t.job.setCRS(c, fmt.Sprintf("SRID %d of column %s", srid, t.job.src.Fields[t.wkt].Name), err)
			return
		}
	}
}

// guessWKT finds a column that holds well-known text or binary.
func (t *table) guessWKT() int {
	for i := range t.job.src.Fields {
		hits, misses := 0, 0
		for _, r := range t.ahead {
			if i >= len(r.cells) || r.cells[i] == "" {
				continue
			}
			if shape.IsGeometry(r.cells[i]) {
				hits++
			} else {
				misses++
			}
		}
		if hits > misses {
			return i
		}
	}
	return -1
}

// axes are the first columns of each axis.
func (t *table) axes(axis func(string) byte) (x, y int) {
	x, y = -1, -1
	for i, f := range t.job.src.Fields {
		switch a := axis(f.Name); {
		case a == 'x' && x < 0:
			x = i
		case a == 'y' && y < 0:
			y = i
		}
	}
	return x, y
}

// plainHeading leaves out what stands in brackets: 经度(°).
func plainHeading(name string) string {
	n, _, _ := strings.Cut(strings.ToLower(record.Narrow(name)), "(")
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(n)
}

// degreeAxis tells 'x' for a heading of longitudes, 'y' for one of latitudes, 0 for
// any other.
func degreeAxis(name string) byte {
	n := plainHeading(name)
	switch n {
	case "lon", "lng", "long", "longitude", "gpslon", "gpslng":
		return 'x'
	case "lat", "latitude", "gpslat":
		return 'y'
	}
	lon, lat := strings.Contains(n, "经度") || strings.Contains(n, "东经"), strings.Contains(n, "纬度") || strings.Contains(n, "北纬")
	switch {
	case lon && !lat:
		return 'x'
	case lat && !lon:
		return 'y'
	}
	return 0
}

// anyAxis takes x and y as well, and eastings and northings. Which way a column X
// runs, the numbers must tell: surveyors in China mean north by it.
func anyAxis(name string) byte {
	switch plainHeading(name) {
	case "x", "x坐标", "坐标x", "pointx", "xcoord", "easting", "东坐标":
		return 'x'
	case "y", "y坐标", "坐标y", "pointy", "ycoord", "northing", "北坐标":
		return 'y'
	}
	return degreeAxis(name)
}
