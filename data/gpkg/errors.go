package gpkg

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/cuntu/cuntu/data"
)

var errClosed = errors.New("the store is closed")

// replaced tells that the file at the path is not the one that is open. What is
// written to that one would be lost, and opening the new one beside the old one's
// log would mix the two, so a person has to see to it. To a feed it is
// data.ErrExpired; the load that follows says what is wrong.
type replaced struct{ feed bool }

func (replaced) Error() string {
	return "another file has taken its place while it was open; stop cuntu, remove the files of the same name " +
		"that end in -wal and -shm, put the file there again and start"
}

func (r replaced) Is(target error) bool { return r.feed && target == data.ErrExpired }

// fileError is SQLite's error in words for who runs the server. The original,
// which quotes statements, is kept for errors.As but not shown.
type fileError struct {
	doing, path, words string
	err                error
}

func (e *fileError) Error() string { return fmt.Sprintf("%s %s: %s", e.doing, e.path, e.words) }
func (e *fileError) Unwrap() error { return e.err }

// Is makes it data.ErrUnreachable where the disk, its rights or a lock stand before the file.
func (e *fileError) Is(target error) bool {
	if target != data.ErrUnreachable {
		return false
	}
	switch sqlite.ErrCode(e.err).ToPrimary() {
	case sqlite.ResultCantOpen, sqlite.ResultIOErr, sqlite.ResultPerm, sqlite.ResultBusy, sqlite.ResultLocked:
		return true
	}
	return false
}

// passed marks an error of a callee of the store, which comes back as it is.
type passed struct{ error }

func (p passed) Unwrap() error { return p.error }

// fail says what went wrong with the file. It leaves alone what is for the
// caller: edits refused, expired cursors, and errors of the caller's own.
func (s *Store) fail(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[passed](err); ok {
		return p.error
	}
	if _, ok := errors.AsType[*data.EditError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*fileError](err); ok {
		return err
	}
	code := sqlite.ErrCode(err)
	// A wait for a lock that is broken off ends as busy.
	brokenOff := code.ToPrimary() == sqlite.ResultInterrupt || code.ToPrimary() == sqlite.ResultBusy
	switch {
	case ctx.Err() != nil && (brokenOff || errors.Is(err, ctx.Err())):
		return fmt.Errorf("%s %s: %w", doing, s.path, ctx.Err())
	case brokenOff && s.isClosed():
		return fmt.Errorf("%s %s: %w", doing, s.path, errClosed)
	}
	if code == sqlite.ResultError && !isSQLite(err) {
		return fmt.Errorf("%s %s: %w", doing, s.path, err)
	}
	return &fileError{doing, s.path, words(code), err}
}

// isSQLite tells a plain SQLITE_ERROR from an error that is none of SQLite's,
// for both of which sqlite.ErrCode is ResultError: only SQLite's know As.
func isSQLite(err error) bool {
	_, ok := errors.AsType[interface {
		error
		As(any) bool
	}](err)
	return ok || errors.Is(err, sqlite.ResultError.ToError())
}

func words(code sqlite.ResultCode) string {
	switch code.ToPrimary() {
	case sqlite.ResultNotADB:
		return "it is not a GeoPackage; give a file made by cuntu, QGIS or GDAL"
	case sqlite.ResultCorrupt:
		return "it is damaged or cut off; restore it from a backup"
	case sqlite.ResultCantOpen:
		return "it cannot be opened; see that its directory exists and that this user may write to both"
	case sqlite.ResultReadOnly, sqlite.ResultPerm, sqlite.ResultAuth:
		return "it cannot be written to; give this user the right to write to the file and its directory"
	case sqlite.ResultFull:
		return "the disk is full; free some space and try again"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return "another program has locked it; end its editing session and try again"
	case sqlite.ResultIOErr:
		return "the disk failed to read or write it; check the disk and its free space"
	case sqlite.ResultTooBig:
		return "a value is too large to be stored"
	case sqlite.ResultNoMem:
		return "not enough memory"
	}
	return fmt.Sprintf("SQLite failed with %s; if another program changed the tables, restore the file from a backup", code)
}
