package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/query"
)

func (s *server) listImports(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	list, err := s.importer().List(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]any{"imports": list})
}

func (s *server) showImport(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	record, err := s.importer().Record(r.Context(), mux.Vars(r)["import"])
	if err != nil {
		return importProblem(err)
	}
	return writeJSON(w, record)
}

// undoImport starts a job whose result is the record of the import, undone.
func (s *server) undoImport(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	id := mux.Vars(r)["import"]
	if _, err := s.importer().Record(r.Context(), id); err != nil {
		return importProblem(err)
	}
	return s.startJob(w, "undo", func(ctx context.Context, tell func(question.Step)) (any, error) {
		record, err := s.importer().Undo(ctx, id, "", stages(tell))
		if err != nil {
			return nil, importProblem(err)
		}
		return record, nil
	})
}

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
