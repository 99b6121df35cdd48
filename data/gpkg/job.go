package gpkg

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/question"
)

// Jobs bear their times in microseconds since 1970, by the clock of the one machine that all users of the file share.
const (
	createJobs = `
CREATE TABLE cuntu_job (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	owner TEXT NOT NULL DEFAULT '',
	params BLOB NOT NULL,
	place TEXT NOT NULL,
	files TEXT NOT NULL,
	state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
	done INTEGER NOT NULL DEFAULT 0,
	total INTEGER NOT NULL DEFAULT 0,
	message TEXT NOT NULL DEFAULT '',
	attempts INTEGER NOT NULL DEFAULT 0,
	stopping BOOLEAN NOT NULL DEFAULT 0,
	holder TEXT NOT NULL DEFAULT '',
	until INTEGER,
	created INTEGER NOT NULL,
	ended INTEGER,
	result BLOB,
	failure BLOB);
CREATE INDEX cuntu_job_pending ON cuntu_job (created) WHERE ended IS NULL;
INSERT INTO gpkg_extensions VALUES
	('cuntu_job', NULL, 'cuntu_jobs', 'https://github.com/cuntu/cuntu/tree/main/data/gpkg', 'read-write');
`
	jobColumns = `id, kind, title, place, files, state, done, total, message, attempts, stopping, created, ended,
	result IS NOT NULL, failure, owner`

	dropOldJobsSQL = `
DELETE FROM cuntu_job WHERE id IN (
	SELECT id FROM (
		SELECT id, row_number() OVER newest AS n, sum(ifnull(length(result), 0)) OVER newest AS bytes
		FROM cuntu_job WHERE ended IS NOT NULL WINDOW newest AS (ORDER BY ended DESC, id))
	WHERE n > ? OR bytes > ?)`
	addJobSQL = `
INSERT INTO cuntu_job (id, kind, title, params, place, files, owner, created)
	SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM cuntu_job WHERE ended IS NULL) < ?`

	nextJobSQL = `
SELECT id FROM cuntu_job
	WHERE ended IS NULL AND (state = 'waiting' OR until < ?1)
		AND kind IN (SELECT value FROM json_each(?2)) AND place IN ('', ?3) AND id NOT IN (SELECT value FROM json_each(?4))
	ORDER BY created, id LIMIT 1`
	takeJobSQL = `
UPDATE cuntu_job SET state = 'running', holder = ?2, until = ?3, attempts = attempts + 1, done = 0, total = 0, message = ''
	WHERE id = ?1 RETURNING ` + jobColumns + `, params`
	renewJobSQL = `
UPDATE cuntu_job SET done = ?3, total = ?4, message = ?5, until = ?6
	WHERE id = ?1 AND holder = ?2 AND ended IS NULL RETURNING stopping`
	releaseJobSQL = `
UPDATE cuntu_job
	SET state = iif(stopping, 'cancelled', 'waiting'), ended = iif(stopping, ?3, NULL),
		holder = '', until = NULL, attempts = attempts - 1, done = 0, total = 0, message = '', stopping = 0
	WHERE id = ?1 AND holder = ?2 AND ended IS NULL`
	endJobSQL = `
UPDATE cuntu_job
	SET state = ?3, result = ?4, failure = ?5, done = ?6, total = ?7, message = ?8,
		ended = ?9, holder = '', until = NULL, stopping = 0, params = x''
	WHERE id = ?1 AND holder = ?2 AND ended IS NULL`

	// Nobody is left to hear of a stop where the lease has ended.
	cancelJobSQL = `
UPDATE cuntu_job SET state = 'cancelled', ended = ?2, holder = '', until = NULL, stopping = 0, params = x''
	WHERE id = ?1 AND ended IS NULL AND (state = 'waiting' OR until < ?2)`
	stopJobSQL = "UPDATE cuntu_job SET stopping = 1 WHERE id = ? AND ended IS NULL"

	jobSQL       = "SELECT " + jobColumns + " FROM cuntu_job WHERE id = ?"
	jobResultSQL = "SELECT result FROM cuntu_job WHERE id = ? AND result IS NOT NULL"
	listJobsSQL  = "SELECT " + jobColumns + " FROM cuntu_job ORDER BY created DESC, id"
	dropJobSQL   = "DELETE FROM cuntu_job WHERE id = ? AND ended IS NOT NULL"
)

// paramsColumn is the column after jobColumns.
const paramsColumn = 16

// readJob reads jobColumns.
func readJob(stmt *sqlite.Stmt) data.Job {
	j := data.Job{
		ID: stmt.ColumnText(0), Kind: stmt.ColumnText(1), Title: stmt.ColumnText(2),
		Place: stmt.ColumnText(3), Files: stmt.ColumnText(4),
		State:    data.JobState(stmt.ColumnText(5)),
		Step:     question.Step{Done: stmt.ColumnInt64(6), Total: stmt.ColumnInt64(7), Message: stmt.ColumnText(8)},
		Attempts: stmt.ColumnInt(9), Stopping: stmt.ColumnBool(10), Created: time.UnixMicro(stmt.ColumnInt64(11)).UTC(),
		Results: stmt.ColumnBool(13), Failure: blob(stmt, 14), Owner: stmt.ColumnText(15),
	}
	if !stmt.ColumnIsNull(12) {
		j.Ended = time.UnixMicro(stmt.ColumnInt64(12)).UTC()
	}
	return j
}

// blob is a copy of a column's bytes, nil of NULL.
func blob(stmt *sqlite.Stmt, column int) []byte {
	if stmt.ColumnIsNull(column) {
		return nil
	}
	b := make([]byte, stmt.ColumnLen(column))
	stmt.ColumnBytes(column, b)
	return b
}

// orNull is bytes as an argument, NULL where there are none.
func orNull(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func microsAfter(d time.Duration) int64 { return time.Now().Add(d).UnixMicro() }

func addJob(conn *sqlite.Conn, j data.Job) error {
	if err := data.CheckJob(&j); err != nil {
		return passed{err}
	}
	err := sqlitex.Execute(conn, dropOldJobsSQL, &sqlitex.ExecOptions{Args: []any{data.KeptJobs, data.KeptJobBytes}})
	if err != nil {
		return err
	}
	if j.Params == nil {
		j.Params = []byte{}
	}
	err = sqlitex.Execute(conn, addJobSQL, &sqlitex.ExecOptions{
		Args: []any{j.ID, j.Kind, j.Title, j.Params, j.Place, j.Files, j.Owner, microsAfter(0), data.MostPendingJobs},
	})
	if err == nil && conn.Changes() == 0 {
		return passed{data.ErrManyJobs}
	}
	return err
}

// held runs a statement that must meet the job that somebody holds.
func held(conn *sqlite.Conn, h data.JobHold, sql string, more ...any) error {
	err := sqlitex.Execute(conn, sql, &sqlitex.ExecOptions{Args: append([]any{h.ID, h.Holder}, more...)})
	if err == nil && conn.Changes() == 0 {
		return passed{data.JobLost(h)}
	}
	return err
}

func endJob(conn *sqlite.Conn, e data.JobEnd) error {
	if err := data.CheckJobEnd(&e); err != nil {
		return passed{err}
	}
	return held(conn, e.JobHold, endJobSQL, string(e.State), orNull(e.Result), orNull(e.Failure),
		e.Step.Done, e.Step.Total, e.Step.Message, microsAfter(0))
}

// AddJob implements data.Jobs.
func (s *Store) AddJob(ctx context.Context, j data.Job) error {
	return s.fail(ctx, "add a job to", s.writes(ctx, func(conn *sqlite.Conn) error { return addJob(conn, j) }))
}

// TakeJob implements data.Jobs. It locks the file only where it has seen a job to take.
func (s *Store) TakeJob(ctx context.Context, t data.JobTaking) (j data.Job, err error) {
	kinds, err := json.Marshal(t.Kinds)
	if err != nil {
		return j, err
	}
	not, err := json.Marshal(append([]string{}, t.Not...))
	if err != nil {
		return j, err
	}
	next := func(conn *sqlite.Conn) (string, error) {
		id, err := text(conn, nextJobSQL, microsAfter(0), string(kinds), t.Place, string(not))
		if err == nil && id == "" {
			err = passed{data.ErrNoJob}
		}
		return id, err
	}
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		_, err := next(conn)
		return err
	})
	if err == nil {
		err = s.writes(ctx, func(conn *sqlite.Conn) error {
			id, err := next(conn)
			if err != nil {
				return err
			}
			return sqlitex.Execute(conn, takeJobSQL, &sqlitex.ExecOptions{
				Args: []any{id, t.Holder, microsAfter(t.Lease)},
				ResultFunc: func(stmt *sqlite.Stmt) error {
					j = readJob(stmt)
					j.Params = blob(stmt, paramsColumn)
					return nil
				},
			})
		})
	}
	return j, s.fail(ctx, "take a job from", err)
}

// RenewJob implements data.Jobs.
func (s *Store) RenewJob(
	ctx context.Context, h data.JobHold, step question.Step, lease time.Duration,
) (stopping bool, err error) {
	step = data.CutStep(step)
	err = s.writes(ctx, func(conn *sqlite.Conn) error {
		met := false
		err := sqlitex.Execute(conn, renewJobSQL, &sqlitex.ExecOptions{
			Args: []any{h.ID, h.Holder, step.Done, step.Total, step.Message, microsAfter(lease)},
			ResultFunc: func(stmt *sqlite.Stmt) error {
				met, stopping = true, stmt.ColumnBool(0)
				return nil
			},
		})
		if err == nil && !met {
			err = passed{data.JobLost(h)}
		}
		return err
	})
	return stopping, s.fail(ctx, "renew a job in", err)
}

// ReleaseJob implements data.Jobs.
func (s *Store) ReleaseJob(ctx context.Context, h data.JobHold) error {
	return s.fail(ctx, "release a job in", s.writes(ctx, func(conn *sqlite.Conn) error {
		return held(conn, h, releaseJobSQL, microsAfter(0))
	}))
}

// EndJob implements data.Jobs.
func (s *Store) EndJob(ctx context.Context, e data.JobEnd) error {
	return s.fail(ctx, "end a job in", s.writes(ctx, func(conn *sqlite.Conn) error { return endJob(conn, e) }))
}

// StopJob implements data.Jobs.
func (s *Store) StopJob(ctx context.Context, id string) (j data.Job, err error) {
	err = s.writes(ctx, func(conn *sqlite.Conn) error {
		err := sqlitex.Execute(conn, cancelJobSQL, &sqlitex.ExecOptions{Args: []any{id, microsAfter(0)}})
		if err == nil && conn.Changes() == 0 {
			err = sqlitex.Execute(conn, stopJobSQL, &sqlitex.ExecOptions{Args: []any{id}})
		}
		if err != nil {
			return err
		}
		j, err = s.findJob(conn, id)
		return err
	})
	return j, s.fail(ctx, "stop a job in", err)
}

func (s *Store) findJob(conn *sqlite.Conn, id string) (j data.Job, err error) {
	err = sqlitex.Execute(conn, jobSQL, &sqlitex.ExecOptions{
		Args:       []any{id},
		ResultFunc: func(stmt *sqlite.Stmt) error { j = readJob(stmt); return nil },
	})
	if err == nil && j.ID == "" {
		err = s.noJob(id)
	}
	return j, err
}

func (s *Store) noJob(id string) error { return passed{fmt.Errorf("%s: %w", s.path, data.NoJob(id))} }

// Job implements data.Jobs.
func (s *Store) Job(ctx context.Context, id string) (j data.Job, err error) {
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		j, err = s.findJob(conn, id)
		return err
	})
	return j, s.fail(ctx, "read a job from", err)
}

// JobResult implements data.Jobs.
func (s *Store) JobResult(ctx context.Context, id string) (result []byte, err error) {
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		err := sqlitex.Execute(conn, jobResultSQL, &sqlitex.ExecOptions{
			Args:       []any{id},
			ResultFunc: func(stmt *sqlite.Stmt) error { result = blob(stmt, 0); return nil },
		})
		if err == nil && result == nil {
			err = s.noJob(id)
		}
		return err
	})
	return result, s.fail(ctx, "read the result of a job from", err)
}

// ListJobs implements data.Jobs.
func (s *Store) ListJobs(ctx context.Context) (list []data.Job, err error) {
	err = s.reads(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, listJobsSQL, &sqlitex.ExecOptions{
			ResultFunc: func(stmt *sqlite.Stmt) error { list = append(list, readJob(stmt)); return nil },
		})
	})
	return list, s.fail(ctx, "list jobs in", err)
}

// DropJob implements data.Jobs.
func (s *Store) DropJob(ctx context.Context, id string) error {
	return s.fail(ctx, "drop a job from", s.writes(ctx, func(conn *sqlite.Conn) error {
		err := sqlitex.Execute(conn, dropJobSQL, &sqlitex.ExecOptions{Args: []any{id}})
		if err == nil && conn.Changes() == 0 {
			err = s.noJob(id)
		}
		return err
	}))
}
