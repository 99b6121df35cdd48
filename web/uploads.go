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
	"sync"
	"time"

	"github.com/cuntu/cuntu/layers"
)

// Limits of what is uploaded to be imported.
const (
	MostUploadBytes = 1 << 30 // of one upload, all its files together
	mostUploads     = 20      // at once
	mostUploadFiles = 20      // of one: a shapefile has up to some ten
	uploadLife      = time.Hour
	longestFileName = 200 // bytes
)

// Uploads are files that people have sent to be looked at and imported. They live
// in a temporary directory, go an hour after they were last used, and all go with
// the server.
type Uploads struct {
	mu   sync.Mutex
	dir  string // "" until there is one
	list map[string]*upload
	gone bool
}

// upload is the files of one sending, of which one is the file to import and the
// others go with it.
type upload struct {
	id   string
	dir  string
	file string // the name of the file to import
	used time.Time
	busy int // requests and jobs that read it
}

func (u *upload) path() string { return filepath.Join(u.dir, u.file) }

// NewUploads makes an empty list. Close removes what it comes to hold.
func NewUploads() *Uploads { return &Uploads{list: map[string]*upload{}} }

// Close removes all files.
func (u *Uploads) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.gone = true
	if u.dir == "" {
		return nil
	}
	return os.RemoveAll(u.dir)
}

// add makes room for an upload.
func (u *Uploads) add() (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.gone {
		return nil, unavailable("the server is stopping")
	}
	u.expire(time.Now())
	if len(u.list) >= mostUploads {
		return nil, unavailable(fmt.Sprintf("%d files are being looked at already; try again when one is done with", len(u.list)))
	}
	if u.dir == "" {
		dir, err := os.MkdirTemp("", "cuntu-uploads-*")
		if err != nil {
			return nil, err
		}
		u.dir = dir
	}
	id := rand.Text()
	up := &upload{id: id, dir: filepath.Join(u.dir, id), used: time.Now(), busy: 1}
	if err := os.Mkdir(up.dir, 0o700); err != nil {
		return nil, err
	}
	u.list[id] = up
	return up, nil
}

// expire removes what nobody has used for long.
func (u *Uploads) expire(now time.Time) {
	for _, up := range u.list {
		if up.busy == 0 && now.Sub(up.used) > uploadLife {
			u.remove(up)
		}
	}
}

func (u *Uploads) remove(up *upload) {
	delete(u.list, up.id)
	_ = os.RemoveAll(up.dir) // what cannot be removed now goes with the directory
}

// take finds an upload and keeps it until it is given back.
func (u *Uploads) take(id string) (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.expire(time.Now())
	up := u.list[id]
	if up == nil || u.gone {
		return nil, notFound("there is no such upload; it is kept for an hour after it was last used: send the file again")
	}
	up.busy++
	return up, nil
}

func (u *Uploads) give(up *upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up.busy--
	up.used = time.Now()
}

// drop removes an upload that nobody reads.
func (u *Uploads) drop(id string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.list[id]
	switch {
	case up == nil:
		return notFound("there is no such upload")
	case up.busy > 0:
		return &problem{Title: "Conflict", Status: 409, Detail: "the upload is being read; cancel the job that reads it first"}
	}
	u.remove(up)
	return nil
}

// receive writes the files of a multipart body.
func (up *upload) receive(body *multipart.Reader) error {
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
		if err := writeFile(filepath.Join(up.dir, name), part); err != nil {
			return sending(err)
		}
		names = append(names, name)
	}
	file, err := mainFile(names)
	up.file = file
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
// shapefile.
func mainFile(names []string) (string, error) {
	if len(names) == 1 {
		return names[0], nil
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
				Part:   "file",
				Detail: "several files are taken only together with one .shp that they go with, not " + strings.Join(names, ", "),
			},
		)
	}
	stem := strings.TrimSuffix(mains[0], filepath.Ext(mains[0]))
	if i := slices.IndexFunc(names, func(n string) bool { return !strings.HasPrefix(n, stem+".") }); i >= 0 {
		return "", badRequest(layers.Fault{Part: "file", Detail: fmt.Sprintf("%q does not go with %q", names[i], mains[0])})
	}
	return mains[0], nil
}
