package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// whole has a file made that is there in full or not at all: under another name in
// the same directory, which takes its place at the end. However make fails, what was
// there before is still there and nothing else is left. make must put its file on the
// disk itself before it returns.
func whole(path string, make func(temporary string) error) error {
	temporary := path + "." + rand.Text()[:8] + ".part"
	err := make(temporary)
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err == nil {
		return nil
	}
	if left := os.Remove(temporary); left != nil && !errors.Is(left, fs.ErrNotExist) {
		err = errors.Join(err, left)
	}
	return fmt.Errorf("write %s: %w", path, err)
}
