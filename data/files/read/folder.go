package read

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/cuntu/cuntu/data/files/record"
)

// folder is where a file and its companions lie: a directory or a zip.
type folder interface {
	names() ([]string, error)
	open(name string) (io.ReadCloser, int64, error) // the stream and its size
	disk(name string) string                        // the path on disk, "" where it has none
}

// directory is one directory of a file system.
type directory struct {
	fs  fs.FS
	dir string                   // within fs
	abs func(name string) string // nil where fs is not the disk
}

func (d directory) names() ([]string, error) {
	entries, err := fs.ReadDir(d.fs, d.dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

func (d directory) open(name string) (io.ReadCloser, int64, error) {
	f, err := d.fs.Open(path.Join(d.dir, name))
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a folder; a file is needed", name)
	case info.Size() > maxFile:
		err = &record.TooLargeError{What: name, Limit: maxFile}
	default:
		return f, info.Size(), nil
	}
	f.Close()
	return nil, 0, err
}

func (d directory) disk(name string) string {
	if d.abs == nil {
		return ""
	}
	return d.abs(name)
}

// archive is a zip. Windows programs in China write names in GBK without saying
// so; those are read as such.
type archive struct {
	files map[string]*zip.File
	order []string
	close func() error
}

func newArchive(r io.ReaderAt, size int64, close func() error) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	if len(z.File) > maxEntries {
		return nil, &record.TooLargeError{What: "the number of files in the zip", Limit: maxEntries}
	}
	a := &archive{files: map[string]*zip.File{}, close: close}
	for _, f := range z.File {
		name := f.Name
		if f.NonUTF8 || !utf8.ValidString(name) {
			if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil && !utf8.ValidString(name) {
				name = s
			}
		}
		if strings.HasSuffix(name, "/") || strings.HasPrefix(path.Base(name), "._") || strings.HasPrefix(name, "__MACOSX/") {
			continue // folders and what macOS adds
		}
		if _, twice := a.files[name]; !twice {
			a.files[name] = f
			a.order = append(a.order, name)
		}
	}
	return a, nil
}

func (a *archive) names() ([]string, error) { return a.order, nil }
func (a *archive) disk(string) string       { return "" }

func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	f := a.files[name]
	if f == nil {
		return nil, 0, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	size := f.UncompressedSize64
	if size > maxFile {
		return nil, 0, &record.TooLargeError{What: name + ", unpacked,", Limit: maxFile}
	}
	if size > maxRecord && size/maxRatio > f.CompressedSize64 {
		return nil, 0, fmt.Errorf("%s: unpacks to more than %d times its size and is not read", name, maxRatio)
	}
	r, err := f.Open() // reads no more than the declared size
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	return r, int64(size), nil
}

// companion finds the file beside name that has another extension, in whatever
// case: roads.shp has ROADS.DBF. "" where there is none.
func companion(all []string, name, ext string) string {
	want := strings.TrimSuffix(name, path.Ext(name)) + ext
	found := ""
	for _, n := range all {
		if n == want {
			return n
		}
		if strings.EqualFold(n, want) {
			found = n
		}
	}
	return found
}

func extension(name string) string { return strings.ToLower(path.Ext(name)) }
