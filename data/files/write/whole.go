package write

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Whole makes a file at path that appears whole when Close succeeds, in place of what was
// there; until then it grows beside, under another name. create makes it, or several
// files of one stem, in a directory of its own.
func Whole(path string, create func(target string) (*Writer, error)) (*Writer, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".cuntu-export-")
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	w, err := create(filepath.Join(dir, filepath.Base(path)))
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	end, drop := w.end, w.drop
	w.end = func() error {
		if err := end(); err != nil {
			return err
		}
		return moveAll(dir, filepath.Dir(path))
	}
	w.drop = func() error { return errors.Join(drop(), remove()) }
	return w, nil
}

// File makes a file of a format that is written from its beginning to its end.
func File(path string, create func(out io.Writer) (*Writer, error)) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w, err := create(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	end, drop := w.end, w.drop
	w.end = func() error { return errors.Join(end(), f.Close()) }
	w.drop = func() error { return errors.Join(drop(), ignoreClosed(f.Close())) }
	return w, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// packed makes files in a temporary directory, which are sent when they are complete.
func packed(o Options, name string, create func(string, Options) (*Writer, error), send func(dir string) error) (*Writer, error) {
	dir, err := os.MkdirTemp("", "cuntu-export-")
	if err != nil {
		return nil, err
	}
	w, err := create(filepath.Join(dir, name), o)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	end, drop := w.end, w.drop
	w.drop = func() error { return errors.Join(drop(), os.RemoveAll(dir)) }
	w.end = func() error {
		if err := end(); err != nil {
			return err
		}
		return errors.Join(send(dir), os.RemoveAll(dir))
	}
	return w, nil
}

// moveAll moves what is in a directory into another and removes it.
func moveAll(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(from)
}

func copyFile(out io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(out, f)
	return err
}
