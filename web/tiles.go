package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/dataset"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/tiles"
	"github.com/cuntu/cuntu/tiles/encode"
	"github.com/cuntu/cuntu/tiles/maptile"
	"github.com/cuntu/cuntu/web/history"
	"github.com/cuntu/cuntu/web/negotiate"
	"github.com/cuntu/cuntu/web/query"
)

// tile answers /tiles/{layers}/{z}/{x}/{y}.mvt and .mlt: 204 where there is nothing.
func (s *server) tile(w http.ResponseWriter, r *http.Request, _ *snapshot.Snapshot, reader *access.Reader) error {
	at, r, err := s.past.Moment(r)
	if err != nil {
		return err
	}
	q := query.New(r)
	q.Text("v") // what clients add to get past their own caches
	o := encode.Options{
		Full:   q.Choice("full", "0", "1") == "1",
		Filter: q.Filter(),
		Year:   q.Whole("year", query.FirstYear, query.LastYear, 0),
		Format: format(w, r),
	}
	o.Outlines = q.Choice("geometry", "own", "outline") == "outline"
	if err := q.Done(); err != nil {
		return err
	}
	t, err := tileNumber(mux.Vars(r))
	if err != nil {
		return err
	}
	ids := strings.Split(mux.Vars(r)["layers"], ",")
	var built *tiles.Built
	if at.IsZero() {
		built, err = s.tiles.GetFor(r.Context(), reader, ids, t, o)
	} else {
		built, err = s.tileThen(w, r, reader, ids, t, o, at)
	}
	if err != nil {
		return tileProblem(err)
	}
	if built.Empty() {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	h := w.Header()
	wanted := accepted(r)
	if held := r.Header.Get("If-None-Match"); held != "" {
		if tag, ok := built.Matches(wanted, func(tag string) bool { return negotiate.Names(held, tag) }); ok {
			h.Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	if wanted == tiles.Brotli && built.First() && accepts(r, tiles.Zstd) {
		wanted = tiles.Zstd
	}
	body, encoding := built.Bytes(wanted)
	h.Set("ETag", built.ETag(encoding))
	h.Set("Content-Type", mediaTypes[o.Format])
	if encoding != tiles.Identity {
		h.Set("Content-Encoding", encoding.String())
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return nil
}

// tileThen is a tile of an earlier state, in which villages have their states of its year.
func (s *server) tileThen(w http.ResponseWriter, r *http.Request, reader *access.Reader, ids []string, t maptile.Tile,
	o encode.Options, at time.Time,
) (*tiles.Built, error) {
	now := s.live.Snapshot()
	needed := ids
	if o.Outlines {
		needed = slices.Concat(ids, encode.OutlinesOf(now.Catalog, ids))
	}
	then, err := s.past.Then(r.Context(), history.LayersOf(now.Catalog, needed), at)
	if err != nil {
		return nil, err
	}
	history.Memento(w, at)
	o.Year = cmp.Or(o.Year, at.Year())
	return then.Tiles.GetFor(r.Context(), reader.Then(now), ids, t, o)
}

// tileNumber reads the numbers of the path. One too long for its type is
// outside of the world like any other.
func tileNumber(vars map[string]string) (maptile.Tile, error) {
	z, errZ := strconv.ParseUint(vars["z"], 10, 8)
	x, errX := strconv.ParseUint(vars["x"], 10, 32)
	y, errY := strconv.ParseUint(vars["y"], 10, 32)
	if errZ != nil {
		return maptile.Tile{}, notFound("no tile has zoom " + vars["z"] + ": the zoom is from 0 to " + strconv.Itoa(maptile.MaxZoom))
	}
	if errX != nil || errY != nil {
		return maptile.Tile{}, notFound("no tile has the number " + vars["x"] + "/" + vars["y"])
	}
	t := maptile.Tile{Z: uint8(z), X: uint32(x), Y: uint32(y)}
	if err := t.Check(); err != nil {
		return t, tileProblem(err)
	}
	return t, nil
}

// tileProblem is the 404 of a tile or layer that does not exist, with the reason.
func tileProblem(err error) error {
	var noTile *maptile.TileError
	var noLayer *encode.LayerError
	var wrong layers.Faults
	switch {
	case errors.As(err, &wrong):
		return badRequest(wrong...)
	case errors.As(err, &noTile), errors.As(err, &noLayer):
		return notFound(err.Error())
	case errors.Is(err, tiles.ErrNotLoaded):
		return unavailable("the store is still being loaded")
	}
	return err
}

// tileJSON answers /tiles/{layers}.json.
func (s *server) tileJSON(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	at, r, err := s.past.Moment(r)
	if err != nil {
		return err
	}
	q := query.New(r)
	o := encode.Options{Filter: q.Filter(), Year: q.Whole("year", query.FirstYear, query.LastYear, 0)}
	if q.Choice("encoding", "mvt", "mlt") == "mlt" {
		o.Format = encode.MLT
	}
	if err := q.Done(); err != nil {
		return err
	}
	ids := mux.Vars(r)["layers"]
	layerIDs := strings.Split(ids, ",")
	whose := s.offices.Get(r.Context()).Line()
	j, err := tiles.JSON(snap, layerIDs, s.tileURL(r, ids, o.Format)+tileQuery(o, at), dataset.Attribution(snap, whose))
	j.SetFormat(o.Format)
	j.Description = whose
	if err == nil {
		err = o.Check(snap, layerIDs)
	}
	if err != nil {
		return tileProblem(err)
	}
	return writeJSON(w, j)
}

// tileURL is the template of the tiles' address.
func (s *server) tileURL(r *http.Request, name string, f encode.Format) string {
	return s.base(r) + "/tiles/" + url.PathEscape(name) + "/{z}/{x}/{y}." + f.String()
}

// tileQuery asks each tile what the TileJSON was asked.
func tileQuery(o encode.Options, at time.Time) string {
	values := url.Values{}
	if o.Filter != nil {
		values.Set("filter", o.Filter.String())
	}
	if o.Year != 0 {
		values.Set("year", strconv.Itoa(o.Year))
	}
	if !at.IsZero() {
		values.Set("datetime", at.Format(time.RFC3339Nano))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// base is the address before the path: the configured one, or the one asked.
func (s *server) base(r *http.Request) string {
	if s.publicURL != "" {
		return strings.TrimSuffix(s.publicURL, "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
