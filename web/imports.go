package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/guard"
	"github.com/cuntu/cuntu/data/intake"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/query"
)

// optionsBytes is the most that options of an import may have: a mapping of many
// columns and names.
const optionsBytes = 1 << 20

// importRoutes adds the way of a file into the store: upload, inspect, check,
// import, undo. Whoever sees what is in files that others sent, or what was in
// their cells, must be one who may edit; so all of it is guarded.
func (s *server) importRoutes(r *mux.Router) {
	if s.jobs == nil {
		return
	}
	on := func(method, path string, limit int64, h func(http.ResponseWriter, *http.Request) error) {
		r.Handle(path, s.write(limit, func(w http.ResponseWriter, r *http.Request) error {
			if s.live.Snapshot() == nil {
				return unavailable("the store is still being loaded")
			}
			return h(w, r)
		})).Methods(method)
	}
	on(http.MethodPost, "/api/uploads", MostUploadBytes, s.addUpload)
	on(http.MethodDelete, "/api/uploads/{upload}", 0, s.dropUpload)
	on(http.MethodPost, "/api/uploads/{upload}/inspect", optionsBytes, s.inspectUpload)
	on(http.MethodPost, "/api/uploads/{upload}/check", optionsBytes, s.startUpload(checkJob))
	on(http.MethodPost, "/api/uploads/{upload}/import", optionsBytes, s.startUpload(importJob))
	on(http.MethodGet, "/api/uploads/{upload}/rejects", 0, s.rejects)
	on(http.MethodGet, "/api/imports", 0, s.listImports)
	on(http.MethodGet, "/api/imports/{import}", 0, s.showImport)
	on(http.MethodPost, "/api/imports/{import}/undo", 0, s.undoImport)
	on(http.MethodGet, "/api/imports/{import}/conflicts", 0, s.conflicts)
	on(http.MethodPost, "/api/imports/{import}/conflicts", optionsBytes, s.settle)
	on(http.MethodGet, "/api/ledgers", 0, s.ledgers)
	on(http.MethodPost, "/api/ledgers", optionsBytes, s.handOut)
	r.Handle("/api/ledgers/rules", s.administer(optionsBytes, s.putRules)).Methods(http.MethodPut)
	on(http.MethodGet, "/api/mappings", 0, s.listMappings)
	on(http.MethodGet, "/api/mappings/{mapping}", 0, s.showMapping)
	on(http.MethodPut, "/api/mappings/{mapping}", optionsBytes, s.putMapping)
	on(http.MethodDelete, "/api/mappings/{mapping}", 0, s.dropMapping)
}

// importer reads and writes what rights let it.
func (s *server) importer(rights access.Rights) intake.Importer {
	return intake.Importer{Store: s.guarded(rights), Catalog: s.live.Snapshot().Catalog, Divisions: s.divisions}
}

// guarded is the store as who holds the rights may read and write it.
func (s *server) guarded(rights access.Rights) *guard.Store {
	return &guard.Store{Store: s.store, Rights: rights, Snapshot: s.live.Snapshot, Areas: &s.areas}
}

// importerFor is the importer of a job, and who it works for.
func (s *server) importerFor(ctx context.Context, run *jobs.Run) (im intake.Importer, login string) {
	im, by := s.importer(access.RightsFrom(ctx)), access.From(ctx)
	im.By = data.Authorship{Actor: by.ID, Name: by.Login}
	im.Ends = endsJob(run)
	return im, by.Login
}

// addUpload answers POST /api/uploads: a file, or a .shp and what goes with it, as
// multipart/form-data.
func (s *server) addUpload(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	body, err := r.MultipartReader()
	if err != nil {
		return &problem{
			Title:  "Unsupported media type",
			Status: http.StatusUnsupportedMediaType,
			Detail: `send the file as multipart/form-data under the name "file"`,
		}
	}
	up, err := s.newUpload(body)
	if err != nil {
		return err
	}
	defer up.Close()
	w.Header().Set("Location", "/api/uploads/"+up.ID)
	return writeJSONStatus(w, http.StatusCreated, map[string]string{"id": up.ID, "file": up.file})
}

func (s *server) dropUpload(w http.ResponseWriter, r *http.Request) error {
	if err := s.jobs.DropFiles(r.Context(), mux.Vars(r)["upload"]); err != nil {
		return uploadProblem(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// importOptions reads the body of a request: options as JSON, laid over a saved
// mapping where "mapping" names one.
func (s *server) importOptions(r *http.Request) (intake.Options, error) {
	var body struct {
		intake.Options
		Saved string `json:"mapping"`
	}
	if err := query.New(r).Done(); err != nil {
		return body.Options, err
	}
	in := json.NewDecoder(r.Body)
	in.DisallowUnknownFields()
	if err := in.Decode(&body); err != nil {
		if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
			return body.Options, err
		}
		return body.Options, badRequest(layers.Fault{Part: "body", Detail: "is no JSON object of options: " + jsonFault(err)})
	}
	if body.Saved != "" {
		saved, err := intake.LoadMapping(r.Context(), s.store, body.Saved)
		if err != nil {
			return body.Options, importProblem(err)
		}
		body.Mapping = body.Merge(saved)
	}
	return body.Options, nil
}

// jsonFault is what the JSON library says, which quotes no more than names.
func jsonFault(err error) string { return strings.TrimPrefix(err.Error(), "json: ") }

func (s *server) inspectUpload(w http.ResponseWriter, r *http.Request) error {
	o, err := s.importOptions(r)
	if err != nil {
		return err
	}
	up, err := s.upload(mux.Vars(r)["upload"])
	if err != nil {
		return err
	}
	defer up.Close()
	if elevation.Is(up.path()) {
		return s.inspectHeights(w, up, o)
	}
	sheet, err := s.importer(s.rights(r)).Inspect(r.Context(), up.path(), o)
	if err != nil {
		return importProblem(err)
	}
	return writeJSON(w, sheet)
}

// The kinds of jobs that read uploads, and of that which takes an import back.
const (
	checkJob  = "check"
	importJob = "import"
	undoJob   = "undo"
)

// uploadParams are what a job that reads an upload is to do.
type uploadParams struct {
	Upload  string         `json:"upload"`
	Options intake.Options `json:"options"`
}

// startUpload starts a job of a kind that reads an upload. Its result is an
// intake.Report.
func (s *server) startUpload(kind string) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.importOptions(r)
		if err != nil {
			return err
		}
		up, err := s.upload(mux.Vars(r)["upload"])
		if err != nil {
			return err
		}
		defer up.Close()
		if kind == checkJob && elevation.Is(up.path()) {
			return badRequest(layers.Fault{Part: "upload", Detail: "files of heights have no rows to check: import them"})
		}
		job := data.Job{Kind: kind, Title: up.file, Place: s.jobs.Files.Place(), Files: up.ID}
		return s.startJob(w, r, job, uploadParams{up.ID, o})
	}
}

// checkUpload does a job that checks an upload and writes nothing but its bad rows.
func (s *server) checkUpload(ctx context.Context, run *jobs.Run) (any, error) {
	return s.readUpload(run, func(path string, p uploadParams) (any, error) {
		return s.importer(access.RightsFrom(ctx)).Check(ctx, path, p.Options, stages(run.Tell))
	})
}

// importUpload does a job that imports an upload. Its report has the record of the
// import where something was written; then the job ends with what it wrote.
func (s *server) importUpload(ctx context.Context, run *jobs.Run) (any, error) {
	importer, login := s.importerFor(ctx, run)
	return s.readUpload(run, func(path string, p uploadParams) (any, error) {
		if elevation.Is(path) {
			return importHeights(ctx, run, importer, path, p.Options)
		}
		report, err := importer.Import(ctx, path, p.Options, login, stages(run.Tell))
		_, bad := errors.AsType[*intake.BadRowsError](err)
		if _, open := errors.AsType[*intake.OpenError](err); bad || open {
			return report, nil // the report says so itself
		}
		return report, err
	})
}

func (s *server) readUpload(run *jobs.Run, read func(path string, p uploadParams) (any, error)) (any, error) {
	var p uploadParams
	if err := json.Unmarshal(run.Params, &p); err != nil {
		return nil, err
	}
	up, err := s.upload(p.Upload)
	if err != nil {
		return nil, err
	}
	defer up.Close()
	if p.Options.Rejects, err = up.newRejects(); err != nil {
		return nil, err
	}
	report, err := read(up.path(), p)
	if err != nil {
		return nil, importProblem(err)
	}
	return report, nil
}

// heightsSheet is what is recognised in files of heights, in the words of an intake.Sheet.
type heightsSheet struct {
	File       string            `json:"file"`
	Format     string            `json:"format"`
	Layer      string            `json:"layer"` // as the command line has it
	CRS        string            `json:"crs,omitempty"`
	CRSName    string            `json:"crs_name,omitempty"`
	CRSProblem string            `json:"crs_problem,omitempty"` // why it must be given
	Heights    []elevation.About `json:"heights"`
}

func (s *server) inspectHeights(w http.ResponseWriter, up *upload, o intake.Options) error {
	sheet := heightsSheet{File: up.file, Format: elevation.Kind, Layer: elevation.Kind, Heights: []elevation.About{}}
	rasters, err := openHeights(up.path(), o.CRS)
	defer closeAll(rasters)
	if lost, ok := errors.AsType[*elevation.CRSError](err); ok {
		sheet.CRSProblem = lost.Error()
		return writeJSON(w, sheet)
	}
	if err != nil {
		return err
	}
	for _, r := range rasters {
		sheet.Heights = append(sheet.Heights, r.About())
	}
	sheet.CRS, sheet.CRSName = sheet.Heights[0].CRS, sheet.Heights[0].CRSName
	return writeJSON(w, sheet)
}

// openHeights opens an upload of heights: the file, and those beside it. The caller closes what was opened, also after an error.
func openHeights(path, system string) (rasters []*elevation.Raster, err error) {
	var given *crs.CRS
	if system != "" {
		if given, err = crs.Parse(system); err != nil {
			return nil, badRequest(layers.Fault{Part: "crs", Detail: err.Error()})
		}
	}
	list, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if f.IsDir() || !elevation.Is(filepath.Join(filepath.Dir(path), f.Name())) {
			continue
		}
		r, err := elevation.Open(filepath.Join(filepath.Dir(path), f.Name()), given)
		if err == nil {
			rasters = append(rasters, r)
			_, _, _, err = r.Lattice()
		}
		if _, lost := errors.AsType[*elevation.CRSError](err); lost {
			return rasters, err
		}
		if err != nil {
			return rasters, &problem{Title: "Unprocessable", Status: http.StatusUnprocessableEntity, Detail: err.Error()}
		}
	}
	return rasters, nil
}

func closeAll(rasters []*elevation.Raster) {
	for _, r := range rasters {
		_ = r.Close() // was only read
	}
}

// importHeights does a job that imports heights. Its result is an elevation.Report; heights cannot be taken back.
func importHeights(ctx context.Context, run *jobs.Run, im intake.Importer, path string, o intake.Options) (any, error) {
	rasters, err := openHeights(path, o.CRS)
	defer closeAll(rasters)
	if lost, ok := errors.AsType[*elevation.CRSError](err); ok {
		return nil, badRequest(layers.Fault{Part: "crs", Detail: "is required: the file " + lost.Error()})
	}
	if err != nil {
		return nil, err
	}
	report, err := elevation.Import(ctx, im.Store, im.Catalog, rasters, elevation.Options{
		By: im.By, Time: time.Now(),
		Progress: func(done, total int) {
			run.Tell(question.Step{Done: int64(done), Total: int64(total), Message: string(intake.Writing)})
		},
		Ends: func(r elevation.Report) (data.JobEnd, error) { return im.Ends(r) },
	})
	if bad, ok := errors.AsType[*elevation.FileError](err); ok {
		return nil, &problem{Title: "Unprocessable", Status: http.StatusUnprocessableEntity, Detail: bad.Error()}
	}
	if err != nil {
		return nil, err
	}
	return report, nil
}

// endsJob has a job end, with its result, in the writing that is its effect.
func endsJob(run *jobs.Run) func(result any) (data.JobEnd, error) {
	return func(found any) (data.JobEnd, error) {
		result, err := jobResult(found)
		return run.Done(result), err
	}
}

// stages tells a job's watcher what an import is at.
func stages(tell func(question.Step)) func(s intake.Stage, done, total int64) {
	return func(s intake.Stage, done, total int64) {
		tell(question.Step{Done: done, Total: total, Message: string(s)})
	}
}

func (s *server) rejects(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	up, err := s.upload(mux.Vars(r)["upload"])
	if err != nil {
		return err
	}
	defer up.Close()
	f, err := os.Open(up.rejects())
	if errors.Is(err, fs.ErrNotExist) {
		return notFound("no rows of the upload were rejected, or it was not checked yet")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	name := filepath.Base(up.rejects())
	w.Header().Set("Content-Type", orText(mime.TypeByExtension(filepath.Ext(name)), "application/octet-stream"))
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	info, err := f.Stat()
	if err != nil {
		return err
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
	return nil
}

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// importProblem makes what the caller can mend a problem.
func importProblem(err error) error {
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return badRequest(wrong...)
	}
	if undo, ok := errors.AsType[*intake.UndoError](err); ok {
		return &problem{Title: "Conflict", Status: http.StatusConflict, Detail: undo.Error()}
	}
	switch {
	case errors.Is(err, data.ErrNoDocument):
		return notFound(err.Error())
	case errors.Is(err, data.ErrChanged), errors.Is(err, data.ErrExpired):
		return &problem{Title: "Conflict", Status: http.StatusConflict, Detail: "the layer was changed in the meantime; try again"}
	case errors.Is(err, guard.ErrDenied):
		return forbidden(err.Error())
	case errors.Is(err, data.ErrInvalid), errors.Is(err, data.ErrDuplicate), errors.Is(err, data.ErrNotFound):
		return &problem{Title: "Unprocessable", Status: http.StatusUnprocessableEntity, Detail: err.Error()}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	if file, ok := errors.AsType[*intake.FileError](err); ok {
		return &problem{Title: "Unprocessable", Status: http.StatusUnprocessableEntity, Detail: file.Error()}
	}
	return fmt.Errorf("import: %w", err)
}
