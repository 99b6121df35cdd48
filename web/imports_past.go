package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/web/history"
	"github.com/cuntu/cuntu/web/query"
)

func (s *server) listImports(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	rights := s.rights(r)
	list, err := s.importer(rights).List(r.Context())
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(record intake.Record) bool { return !s.maySeeImport(rights, record.Layer) })
	return writeJSON(w, map[string]any{"imports": list})
}

func (s *server) showImport(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	record, err := s.recordSeen(r)
	if err != nil {
		return err
	}
	return writeJSON(w, record)
}

// maySeeImport tells whether somebody may see the record of an import into a layer, which tells of no rows: who may write
// some of it.
func (s *server) maySeeImport(rights access.Rights, layer string) bool {
	l, ok := s.live.Snapshot().Catalog.Layer(layer)
	if !ok {
		return len(rights.Grants) > 0
	}
	_, some := access.DecideLayer(rights, access.Write, l, access.Open)
	return some
}

// recordSeen is the record of the import that a request's path names, where who asks may see it.
func (s *server) recordSeen(r *http.Request) (*intake.Record, error) {
	rights, id := s.rights(r), mux.Vars(r)["import"]
	record, err := s.importer(rights).Record(r.Context(), id)
	if err == nil && !s.maySeeImport(rights, record.Layer) {
		err = data.NoDocument("import", id)
	}
	if err != nil {
		return nil, importProblem(err)
	}
	return record, nil
}

// undoImport starts a job whose result is the record of the import, undone.
func (s *server) undoImport(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	p := undoParams{mux.Vars(r)["import"]}
	record, err := s.recordSeen(r)
	if err != nil {
		return err
	}
	return s.startJob(w, r, data.Job{Kind: undoJob, Title: record.File}, p)
}

// undoParams are what a job that takes an import back is to do.
type undoParams struct {
	Import string `json:"import"`
}

// undo does a job that takes an import back.
func (s *server) undo(ctx context.Context, run *jobs.Run) (any, error) {
	var p undoParams
	if err := json.Unmarshal(run.Params, &p); err != nil {
		return nil, err
	}
	importer, login := s.importerFor(ctx, run)
	record, err := importer.Undo(ctx, p.Import, login, stages(run.Tell))
	if err != nil {
		return nil, importProblem(err)
	}
	return record, nil
}

// historyRoutes adds what tells changes, and what takes them back, which only those may do who may edit.
func (s *server) historyRoutes(get func(path string, h http.HandlerFunc), r *mux.Router) {
	if s.store == nil {
		return
	}
	for _, route := range s.past.Routes() {
		get(route.Path, s.answer(route.Answer))
	}
	r.Handle("/api/history/restore", s.write(history.MostBody, func(w http.ResponseWriter, r *http.Request) error {
		snap := s.live.Snapshot()
		if snap == nil {
			return unavailable("the store is still being loaded")
		}
		return s.past.Restore(w, r, snap)
	})).Methods(http.MethodPost)
}

// layerAsked tells the layer that a request's path names.
func layerAsked(r *http.Request) string { return mux.Vars(r)["layer"] }

func (s *server) listMappings(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	docs, err := s.store.ListDocuments(r.Context(), intake.MappingKind)
	if err != nil {
		return err
	}
	names := []string{}
	for _, d := range docs {
		names = append(names, d.ID)
	}
	return writeJSON(w, map[string]any{"mappings": names})
}

func (s *server) showMapping(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	m, err := intake.LoadMapping(r.Context(), s.store, mux.Vars(r)["mapping"])
	if err != nil {
		return importProblem(err)
	}
	return writeJSON(w, m)
}

// putMapping keeps the mapping of the options in the body under a name.
func (s *server) putMapping(w http.ResponseWriter, r *http.Request) error {
	o, err := s.importOptions(r)
	if err != nil {
		return err
	}
	if err := intake.SaveMapping(r.Context(), s.store, mux.Vars(r)["mapping"], "", o.Settled()); err != nil {
		return importProblem(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) dropMapping(w http.ResponseWriter, r *http.Request) error {
	err := s.store.DeleteDocument(r.Context(), intake.MappingKind, mux.Vars(r)["mapping"])
	if errors.Is(err, data.ErrNoDocument) {
		return notFound("there is no such mapping")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
