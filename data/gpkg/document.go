package gpkg

import (
	"context"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
)

// Documents bear their time in microseconds since 1970, so that it sorts.
const (
	createDocuments = `
CREATE TABLE cuntu_document (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	author TEXT NOT NULL,
	at INTEGER NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (kind, id));
INSERT INTO gpkg_extensions VALUES
	('cuntu_document', NULL, 'cuntu_documents', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'read-write');
`
	putDocumentSQL = `
INSERT INTO cuntu_document (kind, id, author, at, content) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (kind, id) DO UPDATE SET author = excluded.author, at = excluded.at, content = excluded.content`
	documentSQL       = "SELECT author, at, content FROM cuntu_document WHERE kind = ? AND id = ?"
	listDocumentsSQL  = "SELECT kind, id, author, at FROM cuntu_document WHERE ?1 IN ('', kind) ORDER BY at DESC, kind, id"
	deleteDocumentSQL = "DELETE FROM cuntu_document WHERE kind = ? AND id = ?"
)

func putDocument(conn *sqlite.Conn, d data.Document) error {
	if err := data.CheckDocument(&d); err != nil {
		return passed{err}
	}
	if d.Content == nil {
		d.Content = []byte{}
	}
	return sqlitex.Execute(conn, putDocumentSQL, &sqlitex.ExecOptions{Args: []any{d.Kind, d.ID, d.Author, d.Time.UnixMicro(), d.Content}})
}

// PutDocument implements data.Documents.
func (s *Store) PutDocument(ctx context.Context, d data.Document) error {
	return s.fail(ctx, "write a document to", s.writes(ctx, func(conn *sqlite.Conn) error { return putDocument(conn, d) }))
}

// Document implements data.Documents.
func (s *Store) Document(ctx context.Context, kind, id string) (data.Document, error) {
	d := data.Document{Kind: kind, ID: id}
	found := false
	err := s.reads(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, documentSQL, &sqlitex.ExecOptions{
			Args: []any{kind, id},
			ResultFunc: func(stmt *sqlite.Stmt) error {
				found = true
				d.Author, d.Time = stmt.ColumnText(0), time.UnixMicro(stmt.ColumnInt64(1)).UTC()
				d.Content = blob(stmt, 2)
				return nil
			},
		})
	})
	if err == nil && !found {
		err = passed{fmt.Errorf("%s: %w", s.path, data.NoDocument(kind, id))}
	}
	if err != nil {
		return data.Document{}, s.fail(ctx, "read a document from", err)
	}
	return d, nil
}

// ListDocuments implements data.Documents.
func (s *Store) ListDocuments(ctx context.Context, kind string) ([]data.Document, error) {
	var list []data.Document
	err := s.reads(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, listDocumentsSQL, &sqlitex.ExecOptions{
			Args: []any{kind},
			ResultFunc: func(stmt *sqlite.Stmt) error {
				list = append(list, data.Document{
					Kind: stmt.ColumnText(0), ID: stmt.ColumnText(1), Author: stmt.ColumnText(2),
					Time: time.UnixMicro(stmt.ColumnInt64(3)).UTC(),
				})
				return nil
			},
		})
	})
	return list, s.fail(ctx, "list documents in", err)
}

// DeleteDocument implements data.Documents.
func (s *Store) DeleteDocument(ctx context.Context, kind, id string) error {
	return s.fail(ctx, "delete a document from", s.writes(ctx, func(conn *sqlite.Conn) error {
		err := sqlitex.Execute(conn, deleteDocumentSQL, &sqlitex.ExecOptions{Args: []any{kind, id}})
		if err == nil && conn.Changes() == 0 {
			err = passed{fmt.Errorf("%s: %w", s.path, data.NoDocument(kind, id))}
		}
		return err
	}))
}
