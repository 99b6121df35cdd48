package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// whole has a file made that is there in full or not at all: under the same name in a
// directory beside it, from which it is moved to its place at the end. However make
// fails, what was there before is still there and nothing else is left, whatever
// files make had beside its own. make must put its file on the disk itself before it
// returns.
func whole(path string, make func(temporary string) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	temporary := filepath.Join(dir, filepath.Base(path))
	err = make(temporary)
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
