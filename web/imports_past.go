package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/intake/ledger"
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

// conflicts answers GET /api/imports/{import}/conflicts: the cells in which the file and the store disagreed, as far as who
// asks may read them.
func (s *server) conflicts(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	record, err := s.recordSeen(r)
	if err != nil {
		return err
	}
	list, err := ledger.ReadDisputes(r.Context(), s.store, record.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]any{"conflicts": s.readable(s.rights(r), record.Layer, list)})
}

// settle answers POST /api/imports/{import}/conflicts: what becomes of cells that the import left in dispute.
func (s *server) settle(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	var body struct {
		Cells map[string]ledger.Choice `json:"cells"`
	}
	if err := readBody(w, r, optionsBytes, &body); err != nil {
		return err
	}
	record, err := s.recordSeen(r)
	if err != nil {
		return err
	}
	rights, by := s.rights(r), access.From(r.Context())
	im := s.importer(rights)
	im.By = data.Authorship{Actor: by.ID, Name: by.Login}
	list, err := im.Settle(r.Context(), record.ID, body.Cells, by.Login)
	if err != nil {
		return importProblem(err)
	}
	return writeJSON(w, map[string]any{"conflicts": s.readable(rights, record.Layer, list)})
}

// readable are the conflicts about cells that may be read.
func (s *server) readable(rights access.Rights, layer string, list []ledger.Conflict) []ledger.Conflict {
	snap, seen := s.live.Snapshot(), []ledger.Conflict{}
	t, ok := snap.Table(layer)
	if !ok {
		return seen
	}
	x := s.areas.Get(snap)
	for i := range list {
		class := access.Open
		if f := t.Layer.Field(list[i].Field); f >= 0 {
			class = t.Layer.Fields[f].Secrecy
		}
		all, _ := access.DecideLayer(rights, access.Read, t.Layer, class)
		row, there := t.Find(list[i].Feature)
		if all || there && access.Decide(x, rights, access.Read, access.SubjectOf(t, row), class) {
			seen = append(seen, list[i])
		}
	}
	return seen
}

// correspondent is who sends ledgers of a layer, or gets them.
type correspondent struct {
	Sender string    `json:"sender"`
	Layer  string    `json:"layer"`
	Day    time.Time `json:"day"`            // of the last exchange
	File   string    `json:"file,omitempty"` // that came then; "" where one was handed out
}

// ledgers answers GET /api/ledgers: who sends ledgers, and whose word counts for which fields.
func (s *server) ledgers(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	books, err := ledger.ReadBooks(r.Context(), s.store, "")
	if err != nil {
		return err
	}
	rules, err := ledger.ReadRules(r.Context(), s.store)
	if err != nil {
		return err
	}
	rights := s.rights(r)
	from := []correspondent{}
	for _, b := range books {
		last, ok := b.Last()
		if ok && b.Named() != "" && s.maySeeImport(rights, b.Layer) {
			from = append(from, correspondent{b.Named(), b.Layer, last.Day, last.File})
		}
	}
	slices.SortFunc(from, func(a, b correspondent) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Sender, b.Sender))
	})
	if rules == nil {
		rules = ledger.Rules{}
	}
	return writeJSON(w, map[string]any{"senders": from, "rules": rules})
}

// handOut answers POST /api/ledgers: what the store has of a layer now goes to a sender of ledgers.
func (s *server) handOut(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	var body struct {
		Layer  string `json:"layer"`
		Sender string `json:"sender"`
	}
	if err := readBody(w, r, optionsBytes, &body); err != nil {
		return err
	}
	rights := s.rights(r)
	if _, ok := s.live.Snapshot().Catalog.Layer(body.Layer); ok && !s.maySeeImport(rights, body.Layer) {
		return forbidden("you may not write layer " + body.Layer)
	}
	handing, err := s.importer(rights).HandOut(r.Context(), body.Layer, body.Sender)
	if err == nil {
		err = handing.Note(r.Context(), s.store, access.From(r.Context()).Login)
	}
	if err != nil {
		return importProblem(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// putRules answers PUT /api/ledgers/rules: whose ledgers win disputes, in place of all rules so far.
func (s *server) putRules(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	var rules ledger.Rules
	if err := readBody(w, r, optionsBytes, &rules); err != nil {
		return err
	}
	if s.live.Snapshot() == nil {
		return unavailable("the store is still being loaded")
	}
	if wrong := rules.Check(s.live.Snapshot().Catalog); len(wrong) > 0 {
		return badRequest(wrong...)
	}
	doc, err := rules.Document(access.From(r.Context()).Login)
	if err == nil {
		err = s.witness.Note(r.Context(), data.Act{Verb: "set-ledger-rules", Object: "ledgers"})
	}
	if err == nil {
		err = s.store.PutDocument(r.Context(), doc)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
