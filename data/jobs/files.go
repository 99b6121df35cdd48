package jobs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Limits of the files of jobs.
const (
	mostFileBytes = 32 << 30 // of all folders together, beyond which none is added
	mostFolders   = 80
	fileLife      = time.Hour
)

// Files is a directory of folders: one for each upload that jobs read, and one for each job that makes a file, under the
// job's id. It outlives the server. Servers that share it can do each other's jobs, for which it has a name of its own, its
// place. There is no directory until the first folder.
type Files struct {
	dir string

	mu    sync.Mutex
	place string         // "" until it is known
	busy  map[string]int // how many in this process read or write a folder
}

// What errors of folders wrap.
var (
	ErrNoFolder   = errors.New("there is no such folder")
	ErrBusyFolder = errors.New("the folder is in use")
	ErrFull       = errors.New("there are too many files of jobs already")
)

// NewFiles is the files in a directory, which need not be there yet.
func NewFiles(dir string) *Files { return &Files{dir: dir, busy: map[string]int{}} }

// Folder is a folder in use. Close gives it back.
type Folder struct {
	ID    string
	files *Files
}

// Path is where the folder is.
func (f *Folder) Path() string { return filepath.Join(f.files.dir, f.ID) }

// Close gives the folder back, as used just now.
func (f *Folder) Close() {
	now := time.Now()
	_ = os.Chtimes(f.Path(), now, now) // of one that was dropped there is nothing to mark
	f.files.mu.Lock()
	defer f.files.mu.Unlock()
	f.files.release(f.ID)
}

func (f *Files) release(id string) {
	if f.busy[id]--; f.busy[id] == 0 {
		delete(f.busy, id)
	}
}

// Names are the files in the folder but those whose names begin with a dot.
func (f *Folder) Names() ([]string, error) {
	entries, err := os.ReadDir(f.Path())
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, err
}

const placeFile = ".place"

// Place is the name of the directory, by which servers know whether they share it; "" while there is none.
func (f *Files) Place() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.place == "" {
		name, _ := os.ReadFile(filepath.Join(f.dir, placeFile)) // not there: nobody has made it yet
		f.place = string(name)
	}
	return f.place
}

// Make makes the directory where it is not there, and gives its place.
func (f *Files) Make() (place string, err error) {
	if err := f.make(); err != nil {
		return "", err
	}
	return f.Place(), nil
}

// make makes the directory, and its name where it has none. Of two servers that do so at once one names it.
func (f *Files) make() error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(f.dir, placeFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	part := path + rand.Text()
	defer os.Remove(part)
	if err := os.WriteFile(part, []byte(rand.Text()), 0o600); err != nil {
		return err
	}
	if err := os.Link(part, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Add makes an empty folder, in place of the one that was made for this id before.
func (f *Files) Add(id string) (*Folder, error) {
	if !plainID.MatchString(id) {
		return nil, fmt.Errorf("%w: %q", ErrNoFolder, id)
	}
	if err := f.make(); err != nil {
		return nil, err
	}
	if err := f.room(); err != nil {
		return nil, err
	}
	folder := &Folder{id, f}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := os.RemoveAll(folder.Path()); err != nil {
		return nil, err
	}
	if err := os.Mkdir(folder.Path(), 0o700); err != nil {
		return nil, err
	}
	f.busy[id]++
	return folder, nil
}

// plainID is what rand.Text makes: no path.
var plainID = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// Take finds a folder, which stays until it is given back. The error wraps ErrNoFolder.
func (f *Files) Take(id string) (*Folder, error) {
	folder := &Folder{id, f}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.has(id) {
		return nil, fmt.Errorf("%w: %q", ErrNoFolder, id)
	}
	f.busy[id]++
	return folder, nil
}

// has tells whether there is a folder; f.mu must be held.
func (f *Files) has(id string) bool {
	if !plainID.MatchString(id) {
		return false
	}
	info, err := os.Stat(filepath.Join(f.dir, id))
	return err == nil && info.IsDir()
}

// Drop removes a folder. The error wraps ErrNoFolder, or ErrBusyFolder where somebody uses it.
func (f *Files) Drop(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.has(id):
		return fmt.Errorf("%w: %q", ErrNoFolder, id)
	case f.busy[id] > 0:
		return fmt.Errorf("%w: %q", ErrBusyFolder, id)
	}
	return os.RemoveAll(filepath.Join(f.dir, id))
}

// List gives the ids of all folders.
func (f *Files) List() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && plainID.MatchString(e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	return ids, err
}

// sweep removes folders that nobody needs, uses or has used for an hour.
func (f *Files) sweep(now time.Time, needed func(id string) bool) error {
	ids, err := f.List()
	for _, id := range ids {
		info, statErr := os.Stat(filepath.Join(f.dir, id))
		if statErr != nil || needed(id) || now.Sub(info.ModTime()) < fileLife {
			continue // what is gone is swept
		}
		if dropErr := f.Drop(id); !errors.Is(dropErr, ErrBusyFolder) && !errors.Is(dropErr, ErrNoFolder) {
			err = errors.Join(err, dropErr)
		}
	}
	return err
}

// room is an error where no folder may be added.
func (f *Files) room() error {
	ids, err := f.List()
	if err != nil {
		return err
	}
	size, err := f.size()
	if err == nil && (len(ids) >= mostFolders || size > mostFileBytes) {
		err = fmt.Errorf("%w: %d folders of %d bytes", ErrFull, len(ids), size)
	}
	return err
}

// size is how many bytes all folders have.
func (f *Files) size() (total int64, err error) {
	err = filepath.WalkDir(f.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return ignoreGone(err)
	})
	return total, err
}

// ignoreGone is nil of a file that somebody has removed meanwhile.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
