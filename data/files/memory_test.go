package files_test

import (
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/files/read"
)

// endless is a file system of one file that is made while it is read: head, many
// times row, tail.
type endless struct {
	name, head, row, tail string
	n                     int
}

func (e endless) Open(name string) (fs.File, error) {
	if name != e.name {
		return nil, fs.ErrNotExist
	}
	readers := []io.Reader{strings.NewReader(e.head)}
	return &endlessFile{e: e, Reader: io.MultiReader(append(readers, &repeat{e.row, e.n * len(e.row), 0}, strings.NewReader(e.tail))...)}, nil
}

type repeat struct {
	s        string
	left, at int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	for n < len(p) && r.left > 0 {
		c := copy(p[n:], r.s[r.at:])
		n, r.left, r.at = n+c, r.left-c, (r.at+c)%len(r.s)
	}
	return n, nil
}

type endlessFile struct {
	e endless
	io.Reader
}

func (f *endlessFile) Close() error               { return nil }
func (f *endlessFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *endlessFile) Name() string               { return f.e.name }
func (f *endlessFile) Size() int64                { return int64(len(f.e.head) + len(f.e.row)*f.e.n + len(f.e.tail)) }
func (f *endlessFile) Mode() fs.FileMode          { return 0o444 }
func (f *endlessFile) ModTime() time.Time         { return time.Time{} }
func (f *endlessFile) IsDir() bool                { return false }
func (f *endlessFile) Sys() any                   { return nil }

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	const feature = `{"type":"Feature","properties":{"名称":"甲村","户数":12},"geometry":{"type":"Point","coordinates":[109.5,33.5]}}`
	for _, e := range []endless{
		{"a.csv", "名称,户数,经度,纬度\n", "甲村,12,109.5,33.5\n", "", 800000},
		{"a.geojson", `{"type":"FeatureCollection","features":[` + feature, ",\n" + feature, "]}", 100000},
		{"a.geojsonl", "", feature + "\n", "", 100000},
		{
			"a.kml", "<kml><Document>", "<Placemark><name>甲村</name><Point><coordinates>109.5,33.5</coordinates></Point></Placemark>\n",
			"</Document></kml>", 100000,
		},
	} {
		src, err := files.OpenFS(e, e.name, read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, most := 0, uint64(0)
		for _, err := range src.All() {
			if err != nil {
				t.Fatal(err)
			}
			if rows++; rows%(e.n/4) == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		done, total := src.Progress()
		if rows < e.n || most > 12<<20 || done != total {
			t.Errorf("%s: %d rows, %d MB held, %d of %d bytes", e.name, rows, most>>20, done, total)
		}
		src.Close()
	}
}
