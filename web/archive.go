package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"github.com/klauspost/compress/gzip"

	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/tiles/pmtiles"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/query"
)

// Archive is a PMTiles file of vector tiles to serve: as it is, by ranges, at
// /tiles/NAME.pmtiles, and tile by tile under its name or, on a server without a
// store, under the ids of layers that are in it.
type Archive struct {
	name     string
	content  io.ReaderAt
	size     int64
	modified time.Time
	etag     string
	tiles    *pmtiles.Reader
	format   encode.Format
	layerIDs []string
}

// NewArchive opens an archive. Content must stay as it is: a new archive is a new file.
func NewArchive(name string, content io.ReaderAt, size int64, modified time.Time) (*Archive, error) {
	reader, err := pmtiles.NewReader(content, size)
	if err != nil {
		return nil, err
	}
	h := reader.Header
	format, ok := reader.Header.Format()
	if !ok || h.Tiles != pmtiles.Gzip && h.Tiles != pmtiles.NoCompression {
		return nil, fmt.Errorf("its tiles are of type %d and compressed in way %d; only gzipped MVT or MLT can be served", h.Type, h.Tiles)
	}
	a := &Archive{name: name, content: content, size: size, modified: modified, tiles: reader, format: format}
	for _, l := range reader.TileJSON("").VectorLayers {
		a.layerIDs = append(a.layerIDs, l.ID)
	}
	a.etag = tag(fmt.Appendf(nil, "%d %d %+v", size, modified.UnixNano(), h))
	return a, nil
}

// tag is an entity tag of what it is given.
func tag(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// archived answers from the archive that the path names, or by next where it names
// none.
func (s *server) archived(h func(http.ResponseWriter, *http.Request, *Archive) error, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a := s.archiveOf(mux.Vars(r)["layers"])
		if a == nil {
			next(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache") // another archive may take its place
		if err := h(w, r, a); err != nil {
			s.fail(w, r, err)
		}
	}
}

// archiveOf finds an archive by its name or, where there is no store to answer for
// layers, the first that holds them all.
func (s *server) archiveOf(name string) *Archive {
	for _, a := range s.archives {
		if a.name == name {
			return a
		}
	}
	if s.live != nil {
		return nil
	}
	for _, a := range s.archives {
		if !slices.ContainsFunc(strings.Split(name, ","), func(id string) bool { return !slices.Contains(a.layerIDs, id) }) {
			return a
		}
	}
	return nil
}

// noArchive answers a path that names no archive.
func (s *server) noArchive(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, notFound("no archive has the name "+mux.Vars(r)["layers"]+"; there are: "+s.archiveNames()))
}

// noStore is the error of what only a store can answer.
func (s *server) noStore() error {
	return notFound("this server has no store, only archives: " + s.archiveNames())
}

// archiveNames lists the archives for an error.
func (s *server) archiveNames() string {
	var there []string
	for _, a := range s.archives {
		there = append(there, a.name+" ("+strings.Join(a.layerIDs, ", ")+")")
	}
	return strings.Join(there, ", ")
}

// archiveFile answers /tiles/{name}.pmtiles, by ranges (RFC 9110, 14).
func (s *server) archiveFile(w http.ResponseWriter, r *http.Request, a *Archive) error {
	if a.name != mux.Vars(r)["layers"] { // found by its layers, but the file has more
		s.noArchive(w, r)
		return nil
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.pmtiles")
	h.Set("ETag", a.etag)
	http.ServeContent(w, r, "", a.modified, io.NewSectionReader(a.content, 0, a.size))
	return nil
}

// archiveJSON answers /tiles/{name or layers}.json.
func (s *server) archiveJSON(w http.ResponseWriter, r *http.Request, a *Archive) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	name := mux.Vars(r)["layers"]
	j := a.tiles.TileJSON(s.tileURL(r, name, a.format))
	if ids := a.picked(name); ids != nil {
		j.VectorLayers = slices.DeleteFunc(j.VectorLayers, func(l tiles.VectorLayer) bool { return !slices.Contains(ids, l.ID) })
	}
	return writeJSON(w, j)
}

// archiveTile answers /tiles/{name or layers}/{z}/{x}/{y}.mvt or .mlt, whichever the
// archive is of: 204 where there is nothing, 404 at a zoom that the archive does not have.
func (s *server) archiveTile(w http.ResponseWriter, r *http.Request, a *Archive) error {
	q := query.New(r)
	q.Text("v") // what clients add to get past their own caches
	if err := q.Done(); err != nil {
		return err
	}
	t, err := tileNumber(mux.Vars(r))
	if err != nil {
		return err
	}
	if header := &a.tiles.Header; t.Z < header.MinZoom || t.Z > header.MaxZoom {
		return notFound(fmt.Sprintf("the archive %s has zooms from %d to %d", a.name, header.MinZoom, header.MaxZoom))
	}
	if format(w, r) != a.format {
		return notFound(fmt.Sprintf("the archive %s holds tiles that end in .%v", a.name, a.format))
	}
	h := w.Header()
	body, gzipped, err := a.tile(
		t, a.picked(mux.Vars(r)["layers"]), negotiate.Quality(strings.Join(r.Header.Values("Accept-Encoding"), ","), "gzip", "*") > 0,
	)
	if err != nil {
		return fmt.Errorf("archive %s: tile %v: %w", a.name, t, err)
	}
	if len(body) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	etag := tag(body)
	h.Set("ETag", etag)
	if negotiate.Names(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", mediaTypes[a.format])
	if gzipped {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return nil
}

// picked is the layers that a path picks out of the archive; nil stands for all.
func (a *Archive) picked(name string) []string {
	if ids := strings.Split(name, ","); name != a.name && !slices.Equal(ids, a.layerIDs) {
		return ids
	}
	return nil
}

// tile is a tile with the layers picked, gzipped if it may be and is worth it. The
// whole tile, which is what is mostly asked for, goes out as it lies in the file.
func (a *Archive) tile(t maptile.Tile, picked []string, mayGzip bool) (body []byte, gzipped bool, err error) {
	body, err = a.tiles.Tile(t)
	gzipped = a.tiles.Header.Tiles == pmtiles.Gzip
	if err != nil || len(body) == 0 || picked == nil && (mayGzip || !gzipped) {
		return body, gzipped, err
	}
	if gzipped {
		if body, err = gunzip(body); err != nil {
			return nil, false, err
		}
	}
	if picked != nil {
		if body, err = encode.Keep(body, a.format, picked); err != nil {
			return nil, false, err
		}
	}
	if !mayGzip || len(body) < worthGzip {
		return body, false, nil
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(body); err != nil {
		return nil, false, err
	}
	err = z.Close()
	return out.Bytes(), true, err
}

const (
	worthGzip = 200      // bytes from which a tile gains from it
	maxTile   = 64 << 20 // so that a file made to harm cannot fill the memory
)

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxTile+1))
	if err == nil && len(raw) > maxTile {
		err = fmt.Errorf("it unpacks to more than %d bytes", maxTile)
	}
	return raw, err
}
