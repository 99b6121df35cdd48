package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers/access"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/tiles/archive"
	"github.com/cuntu/cuntu/web/query"
)

const (
	archiveJob  = "archive"
	archiveBody = 64 << 10 // bytes of a request
)

// archiveRoutes adds what has an archive of tiles made, which takes the server's time and disk: it is for those who may
// edit.
func (s *server) archiveRoutes(r *mux.Router) {
	if s.jobs != nil {
		r.Handle("/api/archives", s.write(archiveBody, s.startArchive)).Methods(http.MethodPost)
	}
}

// startArchive starts a job that makes a PMTiles file. It is made where it was asked for, since there it is to be fetched.
func (s *server) startArchive(w http.ResponseWriter, r *http.Request) error {
	if err := query.New(r).Done(); err != nil {
		return err
	}
	snap := s.views.Reader(s.rights(r)).See(s.live.Snapshot())
	if snap == nil {
		return unavailable("the store is still being loaded")
	}
	var asked archive.Request
	if err := readBody(w, r, archiveBody, &asked); err != nil {
		return err
	}
	if _, err := archive.New(snap, asked); err != nil {
		return err
	}
	place, err := s.jobs.Files.Make()
	if err != nil {
		return err
	}
	title := strings.Join(asked.Layers, ", ")
	if asked.County != "" {
		title = strings.TrimSpace(asked.County + " " + title)
	}
	return s.startJob(w, r, data.Job{Kind: archiveJob, Title: title, Place: place}, asked)
}

// madeArchive is the result of a job that made an archive.
type madeArchive struct {
	archive.Made
	File string `json:"file"` // where it is to be had
}

// makeArchive does a job that makes an archive, of the snapshot as it is when the job is begun.
func (s *server) makeArchive(ctx context.Context, run *jobs.Run) (any, error) {
	var asked archive.Request
	if err := json.Unmarshal(run.Params, &asked); err != nil {
		return nil, err
	}
	a, err := archive.New(s.views.Reader(access.RightsFrom(ctx)).See(s.live.Snapshot()), asked)
	if err != nil {
		return nil, err
	}
	a.Whose = s.offices.Get(ctx).Line()
	folder, err := s.jobs.Files.Add(run.ID)
	if err != nil {
		return nil, uploadProblem(err)
	}
	made, err := a.Write(ctx, s.services, filepath.Join(folder.Path(), archiveName(asked)), func(done, total int) {
		run.Tell(question.Step{Done: int64(done), Total: int64(total), Message: "tiles"})
	})
	folder.Close()
	if err != nil {
		err = errors.Join(err, s.jobs.Files.Drop(run.ID))
	}
	if errors.Is(err, archive.ErrNothing) {
		return nil, &problem{Title: "Unprocessable", Status: http.StatusUnprocessableEntity, Detail: archive.ErrNothing.Error()}
	}
	if err != nil {
		return nil, err
	}
	return madeArchive{made, "/api/jobs/" + run.ID + "/file"}, nil
}

// archiveName is what a browser saves an archive as.
func archiveName(asked archive.Request) string {
	if asked.County != "" { // a code that was found
		return "tiles-" + asked.County + ".pmtiles"
	}
	return "tiles.pmtiles"
}

// jobFile sends the file that a job has made, by ranges (RFC 9110, 14).
func (s *server) jobFile(w http.ResponseWriter, r *http.Request, id string) error {
	job, _, err := s.jobs.Look(r.Context(), id)
	if err != nil {
		return err
	}
	if job.State != data.JobDone {
		return notFound(fmt.Sprintf("the job is %s and has no file", job.State))
	}
	folder, err := s.jobs.Files.Take(job.ID)
	if errors.Is(err, jobs.ErrNoFolder) {
		return notFound("the job has made no file, or made it on another server: ask that one")
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	names, err := folder.Names()
	if err != nil || len(names) == 0 {
		return errors.Join(err, errors.New("the folder of a job that is done is empty"))
	}
	f, err := os.Open(filepath.Join(folder.Path(), names[0]))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.pmtiles")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": names[0]}))
	http.ServeContent(w, r, "", info.ModTime(), f)
	return nil
}
