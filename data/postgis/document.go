package postgis

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
)

const (
	putDocumentSQL = `
INSERT INTO cuntu.document (kind, id, author, at, content) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (kind, id) DO UPDATE SET author = excluded.author, at = excluded.at, content = excluded.content`

	documentSQL       = `SELECT author, at, content FROM cuntu.document WHERE kind = $1 AND id = $2`
	listDocumentsSQL  = `SELECT kind, id, author, at FROM cuntu.document WHERE $1 IN ('', kind) ORDER BY at DESC, kind, id`
	deleteDocumentSQL = `DELETE FROM cuntu.document WHERE kind = $1 AND id = $2`

	deleteDocumentsSQL = `DELETE FROM cuntu.document`
)

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func putDocument(ctx context.Context, db execer, d data.Document) error {
	if err := data.CheckDocument(&d); err != nil {
		return err
	}
	if d.Content == nil {
		d.Content = []byte{}
	}
	_, err := db.Exec(ctx, putDocumentSQL, d.Kind, d.ID, d.Author, d.Time, d.Content)
	return err
}

// PutDocument implements data.Documents.
func (s *Store) PutDocument(ctx context.Context, d data.Document) error {
	return s.call(ctx, "write a document to PostGIS", func(ctx context.Context) error {
		return putDocument(ctx, s.pool, d)
	})
}

// Document implements data.Documents.
func (s *Store) Document(ctx context.Context, kind, id string) (data.Document, error) {
	d := data.Document{Kind: kind, ID: id}
	err := s.call(ctx, "read a document from PostGIS", func(ctx context.Context) error {
		err := s.pool.QueryRow(ctx, documentSQL, kind, id).Scan(&d.Author, &d.Time, &d.Content)
		if errors.Is(err, pgx.ErrNoRows) {
			return data.NoDocument(kind, id)
		}
		d.Time = d.Time.UTC()
		return err
	})
	if err != nil {
		return data.Document{}, err
	}
	return d, nil
}

// ListDocuments implements data.Documents.
func (s *Store) ListDocuments(ctx context.Context, kind string) ([]data.Document, error) {
	var list []data.Document
	err := s.call(ctx, "list documents in PostGIS", func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, listDocumentsSQL, kind)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d data.Document, err error) {
			err = row.Scan(&d.Kind, &d.ID, &d.Author, &d.Time)
			d.Time = d.Time.UTC()
			return d, err
		})
		return err
	})
	return list, err
}

// DeleteDocument implements data.Documents.
func (s *Store) DeleteDocument(ctx context.Context, kind, id string) error {
	return s.call(ctx, "delete a document from PostGIS", func(ctx context.Context) error {
		tag, err := s.pool.Exec(ctx, deleteDocumentSQL, kind, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = data.NoDocument(kind, id)
		}
		return err
	})
}
