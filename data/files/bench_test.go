package files_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/fstest"

	"github.com/paulmach/orb"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/data/files/write"
)

// benchFile is a layer of villages in a format.
func benchFile(b *testing.B, f string, n int) []byte {
	b.Helper()
	var out bytes.Buffer
	w, err := files.NewWriter(&out, f, write.Options{Lon: "经度", Lat: "纬度", Fields: []record.Field{
		{Name: "名称", Type: record.Text, Width: 60},
		{Name: "编码", Type: record.Text, Width: 12},
		{Name: "户数", Type: record.Int},
		{Name: "普及率", Type: record.Float},
		{Name: "备注", Type: record.Text, Width: 60},
	}})
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		err := w.Write(record.Record{
			Values:   []any{fmt.Sprintf("第%d行政村", i), fmt.Sprintf("6110%08d", i), int64(i % 900), float64(i%1000) / 10, "建档立卡贫困村"},
			Geometry: orb.Point{108.5 + float64(i%3000)/1000.1, 33 + float64(i%1700)/1000.3},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func benchRead(b *testing.B, name string, f string, n int) {
	fsys := fstest.MapFS{name: {Data: benchFile(b, f, n)}}
	b.ReportAllocs()
	for b.Loop() {
		src, err := files.OpenFS(fsys, name, read.Options{})
		if err != nil {
			b.Fatal(err)
		}
		got := 0
		for _, err := range src.All() {
			if err != nil && err != io.EOF {
				b.Fatal(err)
			}
			got++
		}
		src.Close()
		if got != n {
			b.Fatalf("%d rows, not %d", got, n)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadCSV(b *testing.B)        { benchRead(b, "a.csv", record.CSV, 100000) }
func BenchmarkReadShapefile(b *testing.B)  { benchRead(b, "a.zip", record.Shapefile, 100000) }
func BenchmarkReadGeoJSON(b *testing.B)    { benchRead(b, "a.geojson", record.GeoJSON, 50000) }
func BenchmarkReadGeoPackage(b *testing.B) { benchRead(b, "a.gpkg", record.GeoPackage, 100000) }
func BenchmarkReadXLSX(b *testing.B)       { benchRead(b, "a.xlsx", record.XLSX, 20000) }
func BenchmarkReadKML(b *testing.B)        { benchRead(b, "a.kml", record.KML, 50000) }
func BenchmarkReadFlatGeobuf(b *testing.B) { benchRead(b, "a.fgb", record.FlatGeobuf, 100000) }
