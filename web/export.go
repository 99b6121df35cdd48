package web

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/export"
	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/questions"
	"github.com/cuntu/cuntu/layers/snapshot"
	"github.com/cuntu/cuntu/web/history"
	"github.com/cuntu/cuntu/web/query"
	"github.com/cuntu/cuntu/web/witness"
)

// exportsAtOnce is how many files that cannot be sent while they are made may be in
// the making: each takes a processor and the size of the file on the disk.
const exportsAtOnce = 4

// export answers /api/export/{layer}: the layer as a file.
func (s *server) export(w http.ResponseWriter, r *http.Request, snap *snapshot.Snapshot) error {
	at, r, err := s.past.Moment(r)
	if err != nil {
		return err
	}
	q := query.New(r)
	layer := mux.Vars(r)["layer"]
	world, err := s.exportable(r, layer, snap, at)
	if err != nil {
		return err
	}
	if snap, err = whole(q, layer, world); err != nil {
		return err
	}
	e, err := exportAsked(q, layer, s.credit(r.Context(), snap, layer), snap)
	if err != nil {
		return err
	}
	if r.Method != http.MethodHead {
		if err := s.witness.Note(r.Context(), data.Act{Verb: "export", Object: layer, Detail: witness.Asked(r)}); err != nil {
			return err
		}
	}
	if !at.IsZero() {
		history.Memento(w, at)
	}
	w.Header().Set("Content-Type", e.Format().MediaType)
	w.Header().Set("Content-Disposition", disposition(e.FileName(), e.Title()))
	switch {
	case r.Method == http.MethodHead:
		return nil
	case e.Format().Streams:
		if _, err := e.Write(r.Context(), w, nil); err != nil {
			// The caller must not take half a file for the whole.
			s.log.Warn("export broken off", "path", r.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	select {
	case s.exports <- struct{}{}:
	default:
		unsaid(w)
		return unavailable(fmt.Sprintf("%d files are in the making already; try again, or take csv or geojson", exportsAtOnce))
	}
	return s.sendMade(w, r, e)
}

// exportable is what of a snapshot, of which who asks may see all, or of an earlier state may leave as files.
func (s *server) exportable(r *http.Request, layer string, snap *snapshot.Snapshot, at time.Time) (questions.World, error) {
	exporter := s.views.Reader(s.rights(r).As(access.Export))
	left := exporter.See(snap)
	if _, seen := snap.Table(layer); seen {
		if _, ok := left.Table(layer); !ok {
			return questions.World{}, forbidden("you may read layer " + layer + ", but not take it away as a file")
		}
	}
	return s.world(r.Context(), left, at, s.reader(r), exporter)
}

// whole gives the layer its derived fields where a filter asks for one or the parameter states is given, a year of
// which they are to be.
func whole(q *query.Query, layer string, world questions.World) (*snapshot.Snapshot, error) {
	t, ok := world.Snap.Table(layer)
	if !ok || len(t.Layer.Derived) == 0 {
		return world.Snap, nil
	}
	return world.WithDerived(layer, q.Values.Get("filter"), q.Whole("states", query.FirstYear, query.LastYear, 0))
}

// unsaid takes back what was said of the file where there is none.
func unsaid(w http.ResponseWriter) { w.Header().Del("Content-Disposition") }

// sendMade makes the file first and sends it then, so that a slow caller keeps
// nobody from the next one.
func (s *server) sendMade(w http.ResponseWriter, r *http.Request, e *export.Export) error {
	path, err := func() (string, error) {
		defer func() { <-s.exports }()
		dir, err := os.MkdirTemp("", "cuntu-export-")
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, e.FileName())
		if _, err := e.WriteFile(r.Context(), path, nil); err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
		return path, nil
	}()
	if err != nil {
		unsaid(w)
		if large, ok := errors.AsType[*record.TooLargeError](err); ok {
			return tooLarge(large.Error())
		}
		return err
	}
	defer os.RemoveAll(filepath.Dir(path))
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}

// exportAsked reads the parameters; all that is wrong with them comes at once.
func exportAsked(q *query.Query, layer, credit string, snap *snapshot.Snapshot) (*export.Export, error) {
	asked := export.Request{Layer: layer, Credit: credit}
	for _, p := range []struct {
		name string
		to   *string
	}{
		{"f", &asked.Format},
		{"crs", &asked.CRS},
		{"filter", &asked.Filter},
		{"county", &asked.County},
		{"town", &asked.Town},
		{"area", &asked.Area},
		{"bbox", &asked.BBox},
		{"headings", &asked.Headings},
		{"values", &asked.Values},
	} {
		*p.to, _ = q.Text(p.name)
	}
	asked.Year = q.Whole("year", 1900, 2100, 0)
	e, err := export.New(snap, asked)
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		for _, m := range wrong {
			if m.Part == "layer" {
				return nil, notFound("layer: " + m.Detail)
			}
			q.Refuse(m.Part, m.Detail)
		}
	} else if err != nil {
		return nil, err
	}
	return e, q.Done()
}

// disposition names the file of an answer (RFC 6266): in ASCII for old callers, and
// in its own script for the others.
func disposition(name, title string) string {
	said := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if title != name {
		said += strings.TrimPrefix(mime.FormatMediaType("attachment", map[string]string{"filename": title}), "attachment")
	}
	return said
}
