package gpkg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Backup writes the store as of now to a new GeoPackage, compacted, while others
// go on reading and writing. The copy has an identity of its own: cursors of the
// original are expired in it, since the two will tell different stories. Jobs and receipts stay behind: they are the
// original's. Users, grants and what users prove themselves by are in it, and sessions and API tokens are not: one that was
// ended since would go on where the copy is put back. The file is there whole or not at all; one that is there already stays.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up %s to %s: %w; choose another name or remove it", s.path, path, fs.ErrExist)
	}
	if s.isClosed() {
		return s.fail(ctx, "back up", errClosed)
	}
	conn, err := s.readers.Take(ctx)
	if err != nil {
		return s.fail(ctx, "back up", s.taken(ctx, err))
	}
	defer s.readers.Put(conn)
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up %s: %w", s.path, err)
	}
	defer os.Remove(part) // gone already when all went well
	if err := sqlitex.Execute(conn, "VACUUM INTO ?", &sqlitex.ExecOptions{Args: []any{part}}); err != nil {
		return s.fail(ctx, "back up to "+path+":", err)
	}
	if err := makeOwn(part); err != nil {
		return s.fail(ctx, "back up to "+path+":", err)
	}
	// Link, unlike Rename, does not push out a file that came to be meanwhile.
	if err := os.Link(part, path); err != nil {
		return fmt.Errorf("back up %s: %w", s.path, err)
	}
	return nil
}

// makeOwn gives a copy an identity of its own, and takes the original's jobs, receipts and sign-ins out of it, overwritten with zeros
// since they may hold rows of files. The commit also puts all of the copy on the disk, which VACUUM INTO leaves to the operating system.
func makeOwn(path string) (err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	const forgetSQL = "PRAGMA secure_delete = ON; DELETE FROM cuntu_job; DELETE FROM cuntu_receipt; " + forgetSignInsSQL
	if err := sqlitex.ExecuteScript(conn, forgetSQL, nil); err != nil {
		return err
	}
	return setMeta(conn, "file", rand.Text())
}
