package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cuntu/cuntu/data/elevation"
	"github.com/cuntu/cuntu/data/files"
	"github.com/cuntu/cuntu/data/jobs"
	"github.com/cuntu/cuntu/layers"
)

// Limits of what is uploaded to be imported.
const (
	MostUploadBytes = 1 << 30 // of one upload, all its files together
	mostUploadFiles = 20      // of one: a shapefile has up to some ten
	longestFileName = 200     // bytes
)

// upload is files that people have sent to be looked at and imported, of which one is the file to import and the others go
// with it. It goes an hour after it was last used, unless a job needs it still.
type upload struct {
	*jobs.Folder
	file string // the name of the file to import
}

func (u *upload) path() string { return filepath.Join(u.Path(), u.file) }

// newUpload takes the files of a multipart body. The caller closes it.
func (s *server) newUpload(r *multipart.Reader) (*upload, error) {
	folder, err := s.jobs.Files.Add(rand.Text())
	if err != nil {
		return nil, uploadProblem(err)
	}
	up := &upload{Folder: folder}
	if err := up.receive(r); err != nil {
		up.Close()
		return nil, errors.Join(err, s.jobs.Files.Drop(up.ID))
	}
	return up, nil
}

// upload finds an upload. The caller closes it.
func (s *server) upload(id string) (*upload, error) {
	folder, err := s.jobs.Files.Take(id)
	if err != nil {
		return nil, uploadProblem(err)
	}
	names, err := folder.Names()
	up := &upload{Folder: folder}
	if err == nil {
		up.file, err = mainFile(names)
	}
	if err != nil {
		up.Close()
		return nil, err
	}
	return up, nil
}

// uploadProblem makes what the sender can mend a problem.
func uploadProblem(err error) error {
	switch {
	case errors.Is(err, jobs.ErrNoFolder):
		return notFound("there is no such upload on this server; it is kept for an hour after it was last used: " +
			"send the file again")
	case errors.Is(err, jobs.ErrBusyFolder):
		return &problem{Title: "Conflict", Status: 409, Detail: "the upload is being read; cancel the job that reads it first"}
	case errors.Is(err, jobs.ErrFull):
		return unavailable("there are too many files of uploads and jobs; try again when some are done with, " +
			"or delete jobs that have ended")
	}
	return jobProblem(err)
}

// rejects is where the bad rows of an upload are written, in the format in which
// the file came; a shapefile as a zip.
func (u *upload) rejects() string {
	ext := strings.ToLower(filepath.Ext(u.file))
	if format, ok := files.Named(u.file); !ok {
		ext = ".csv"
	} else if format.OneKind {
		ext = format.Packed
	}
	stem := strings.TrimSuffix(u.file, filepath.Ext(u.file))
	return filepath.Join(u.Path(), ".rejects", stem+"-rejects"+ext)
}

// newRejects makes room for the bad rows of another check.
func (u *upload) newRejects() (string, error) {
	path := u.rejects()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return path, nil
}

// receive writes the files of a multipart body.
func (u *upload) receive(body *multipart.Reader) error {
	var names []string
	for {
		part, err := body.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sending(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			return badRequest(layers.Fault{Part: part.FormName(), Detail: `is not a part here: allowed are files under the name "file"`})
		}
		name := part.FileName() // the base name, as the library promises
		if !plainFileName(name) {
			return badRequest(layers.Fault{Part: "file", Detail: fmt.Sprintf("the name %q cannot be taken", name)})
		}
		if len(names) == mostUploadFiles {
			return tooLarge(fmt.Sprintf("%d files are allowed at once", mostUploadFiles))
		}
		if err := writeFile(filepath.Join(u.Path(), name), part); err != nil {
			return sending(err)
		}
		names = append(names, name)
	}
	file, err := mainFile(names)
	u.file = file
	return err
}

// sending makes what the client did wrong its own fault.
func sending(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return badRequest(layers.Fault{Part: "file", Detail: "two files have the same name"})
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "multipart:") {
		return badRequest(layers.Fault{Part: "body", Detail: "is cut off or no multipart/form-data"})
	}
	return err
}

func plainFileName(name string) bool {
	return name != "." && name != ".." && len(name) <= longestFileName && !strings.HasPrefix(name, ".") &&
		!strings.ContainsAny(name, "/\\\x00\n\r:")
}

func writeFile(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// mainFile is the one file of several that the others go with: the .shp of a
// shapefile, or the first of several files of heights.
func mainFile(names []string) (string, error) {
	other := func(name string) bool { return !elevation.Is(name) }
	if len(names) == 1 || len(names) > 1 && !slices.ContainsFunc(names, other) {
		return slices.Min(names), nil
	}
	var mains []string
	for _, n := range names {
		if strings.EqualFold(filepath.Ext(n), ".shp") {
			mains = append(mains, n)
		}
	}
	switch {
	case len(names) == 0:
		return "", badRequest(layers.Fault{Part: "file", Detail: "is missing: send the file as multipart/form-data under the name file"})
	case len(mains) != 1:
		return "", badRequest(
			layers.Fault{
				Part: "file",
				Detail: "several files are taken only together with one .shp that they go with, or where all are of heights, not " +
					strings.Join(names, ", "),
			},
		)
	}
	stem := strings.TrimSuffix(mains[0], filepath.Ext(mains[0]))
	if i := slices.IndexFunc(names, func(n string) bool { return !strings.HasPrefix(n, stem+".") }); i >= 0 {
		return "", badRequest(layers.Fault{Part: "file", Detail: fmt.Sprintf("%q does not go with %q", names[i], mains[0])})
	}
	return mains[0], nil
}
