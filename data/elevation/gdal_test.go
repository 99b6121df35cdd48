package elevation_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// gdal runs one of GDAL's programs.
func gdal(t *testing.T, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin = strings.NewReader(input)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s (package gdal-bin; `make test` installs it): %v: %s", args[0], err, said.String())
	}
	return out.String()
}

// writeHGT writes hills with a hole as SRTM's 3″ file of 33° N, 109° E.
func writeHGT(t *testing.T, dir string) string {
	t.Helper()
	const side = 1201
	var b bytes.Buffer
	for r := range side {
		for c := range side {
			h := int16(900 + 400*math.Sin(float64(c)/40)*math.Cos(float64(r)/55) + 60*math.Sin(float64(c*r)/900))
			if (c-600)*(c-600)+(r-600)*(r-600) < 900 {
				h = -32768
			}
			_ = binary.Write(&b, binary.BigEndian, h) // to memory
		}
	}
	path := filepath.Join(dir, "N33E109.hgt")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// modelOf is the file as a model, through tiles as the store keeps them.
func modelOf(t *testing.T, path string, c *crs.CRS) (*elevation.Raster, *dem.Model) {
	t.Helper()
	r, err := elevation.Open(path, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	tiles, err := elevation.Tiles(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dem.New(tiles, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	return r, m
}

// values are what gdallocationinfo finds in a file at places in degrees; NaN where it
// finds nothing.
func values(t *testing.T, path string, places []orb.Point) []float64 {
	t.Helper()
	var ask strings.Builder
	for _, p := range places {
		fmt.Fprintf(&ask, "%.10f %.10f\n", p[0], p[1])
	}
	lines := strings.Split(gdal(t, ask.String(), "gdallocationinfo", "-valonly", "-wgs84", path), "\n")
	out := make([]float64, len(places))
	for i := range out {
		v, err := strconv.ParseFloat(strings.TrimSpace(lines[i]), 64)
		if err != nil || v == -32768 || v == -9999 {
			v = math.NaN()
		}
		out[i] = v
	}
	return out
}

func TestFilesOfAllKindsHoldWhatGDALFindsInThem(t *testing.T) {
	dir := t.TempDir()
	hgt := writeHGT(t, dir)
	out := func(name string) string { return filepath.Join(dir, name+".tif") }
	for _, c := range []struct {
		name string
		args []string
	}{
		{"plain", []string{"gdal_translate", "-q"}},
		{"lzw", []string{"gdal_translate", "-q", "-co", "COMPRESS=LZW", "-co", "PREDICTOR=2"}},
		{"deflate-tiled", []string{
			"gdal_translate", "-q", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=2", "-co", "TILED=YES", "-co",
			"BLOCKXSIZE=256", "-co", "BLOCKYSIZE=128",
		}},
		{
			"float-predicted-bigtiff",
			[]string{"gdal_translate", "-q", "-ot", "Float32", "-co", "COMPRESS=DEFLATE", "-co", "PREDICTOR=3", "-co", "BIGTIFF=YES"},
		},
		{"zstd-double", []string{"gdal_translate", "-q", "-ot", "Float64", "-co", "COMPRESS=ZSTD", "-co", "TILED=YES"}},
		{"big-endian", []string{"gdal_translate", "-q", "-ot", "Int32", "-co", "ENDIANNESS=BIG"}},
		{"utm", []string{
			"gdalwarp", "-q", "-t_srs", "EPSG:32649", "-tr", "100", "100", "-r", "bilinear", "-ot", "Float32", "-dstnodata",
			"-9999",
		}},
		{"gauss-krueger", []string{"gdalwarp", "-q", "-t_srs", "EPSG:4525", "-tr", "150", "150", "-r", "near"}},
		{"user-defined", []string{
			"gdalwarp", "-q", "-t_srs", "+proj=tmerc +lon_0=109.5 +x_0=500000 +ellps=GRS80 +units=m", "-tr", "150", "150",
			"-r", "near",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			gdal(t, "", append(c.args, hgt, out(c.name))...)
			r, m := modelOf(t, out(c.name), nil)
			var centres []orb.Point
			for n := range 400 {
				col, row := (n*7919)%r.Width, (n*104729)%r.Height
				centres = append(centres, r.CRS.ToWGS84(orb.Point{r.X + float64(col)*r.DX, r.Y - float64(row)*r.DY}))
			}
			known := 0
			for i, want := range values(t, out(c.name), centres) {
				got, ok := m.Height(centres[i])
				if ok != (want == want) || ok && math.Abs(got-want) > 0.02 {
					t.Fatalf("at %v the height is %v, %v; GDAL has %v", centres[i], got, ok, want)
				}
				if ok {
					known++
				}
			}
			if known < 300 {
				t.Errorf("only %d heights are known", known)
			}
		})
	}
	t.Run("hgt in a zip", func(t *testing.T) {
		gdal(t, "", "python3", "-c", "import sys,zipfile; zipfile.ZipFile(sys.argv[2],'w',zipfile.ZIP_DEFLATED).write(sys.argv[1],'N33E109.hgt')",
			hgt, filepath.Join(dir, "N33E109.SRTMGL3.hgt.zip"))
		_, m := modelOf(t, filepath.Join(dir, "N33E109.SRTMGL3.hgt.zip"), nil)
		p := orb.Point{109.25, 33.75}
		if got, ok := m.Height(p); !ok || got != values(t, hgt, []orb.Point{p})[0] {
			t.Errorf("%v, %v", got, ok)
		}
	})
}

func TestSlopesAreThoseOfGdaldem(t *testing.T) {
	dir := t.TempDir()
	utm, slope := filepath.Join(dir, "utm.tif"), filepath.Join(dir, "slope.tif")
	gdal(t, "", "gdalwarp", "-q", "-t_srs", "EPSG:32649", "-tr", "100", "100", "-r", "bilinear", "-ot", "Float32", "-dstnodata", "-9999",
		writeHGT(t, dir), utm)
	gdal(t, "", "gdaldem", "slope", "-q", utm, slope)
	r, m := modelOf(t, utm, nil)
	var centres []orb.Point
	for n := range 1000 {
		col, row := (n*7919)%r.Width, (n*104729)%r.Height
		centres = append(centres, r.CRS.ToWGS84(orb.Point{r.X + float64(col)*r.DX, r.Y - float64(row)*r.DY}))
	}
	known, steepest := 0, 0.0
	for i, want := range values(t, slope, centres) {
		got, ok := m.Slope(centres[i])
		if ok != (want == want) || ok && math.Abs(got-want) > 0.03 { // the store keeps centimetres, or 1/65,534 of the relief
			t.Fatalf("at %v the slope is %v, %v; gdaldem has %v", centres[i], got, ok, want)
		}
		if ok {
			known, steepest = known+1, max(steepest, got)
		}
	}
	if known < 700 || steepest < 10 {
		t.Errorf("%d slopes are known, the steepest %v", known, steepest)
	}
}
