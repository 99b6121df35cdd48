package postgis

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/layers/question"
)

// Times are those of the database's clock, so that servers whose clocks differ agree on when a lease ends.
const (
	jobColumns = `id, kind, title, place, files, state, done, total, message, attempts, stopping, created, ended,
    result IS NOT NULL, failure, owner`

	addJobSQL = `
WITH kept AS (
    SELECT id, row_number() OVER newest AS n, sum(coalesce(octet_length(result), 0)) OVER newest AS bytes
    FROM cuntu.job WHERE ended IS NOT NULL WINDOW newest AS (ORDER BY ended DESC, id)
), gone AS (
    DELETE FROM cuntu.job WHERE id IN (SELECT id FROM kept WHERE n > $7 OR bytes > $8)
)
INSERT INTO cuntu.job (id, kind, title, params, place, files, owner)
    SELECT $1, $2, $3, $4, $5, $6, $10 WHERE (SELECT count(*) FROM cuntu.job WHERE ended IS NULL) < $9`

	takeJobSQL = `
UPDATE cuntu.job
    SET state = 'running', holder = $1, until = clock_timestamp() + $2, attempts = attempts + 1,
        done = 0, total = 0, message = ''
    WHERE id = (
        SELECT id FROM cuntu.job
        WHERE ended IS NULL AND (state = 'waiting' OR until < clock_timestamp())
          AND kind = ANY ($3) AND place IN ('', $4) AND id <> ALL ($5)
        ORDER BY created, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ` + jobColumns + `, params`

	renewJobSQL = `
UPDATE cuntu.job SET done = $3, total = $4, message = $5, until = clock_timestamp() + $6
    WHERE id = $1 AND holder = $2 AND ended IS NULL RETURNING stopping`

	releaseJobSQL = `
UPDATE cuntu.job
    SET state = CASE WHEN stopping THEN 'cancelled' ELSE 'waiting' END,
        ended = CASE WHEN stopping THEN clock_timestamp() END,
        holder = '', until = NULL, attempts = attempts - 1, done = 0, total = 0, message = '', stopping = false
    WHERE id = $1 AND holder = $2 AND ended IS NULL`

	endJobSQL = `
UPDATE cuntu.job
    SET state = $3, result = $4, failure = $5, done = $6, total = $7, message = $8,
        ended = clock_timestamp(), holder = '', until = NULL, stopping = false, params = ''
    WHERE id = $1 AND holder = $2 AND ended IS NULL`

	// Nobody is left to hear of a stop where the lease has ended.
	stopJobSQL = `
WITH stopped AS (
    SELECT id, state = 'waiting' OR until < clock_timestamp() AS idle
    FROM cuntu.job WHERE id = $1 AND ended IS NULL FOR UPDATE
)
UPDATE cuntu.job AS j
    SET state = CASE WHEN idle THEN 'cancelled' ELSE j.state END, ended = CASE WHEN idle THEN clock_timestamp() END,
        holder = CASE WHEN idle THEN '' ELSE holder END, params = CASE WHEN idle THEN '' ELSE params END, stopping = NOT idle
    FROM stopped WHERE j.id = stopped.id`

	jobSQL       = `SELECT ` + jobColumns + ` FROM cuntu.job WHERE id = $1`
	jobResultSQL = `SELECT result FROM cuntu.job WHERE id = $1 AND result IS NOT NULL`
	listJobsSQL  = `SELECT ` + jobColumns + ` FROM cuntu.job ORDER BY created DESC, id`
	dropJobSQL   = `DELETE FROM cuntu.job WHERE id = $1 AND ended IS NOT NULL`
)

// readJob reads jobColumns and what more a query gives.
func readJob(row pgx.CollectableRow, more ...any) (j data.Job, err error) {
	var ended *time.Time
	err = row.Scan(append([]any{
		&j.ID, &j.Kind, &j.Title, &j.Place, &j.Files, &j.State,
		&j.Step.Done, &j.Step.Total, &j.Step.Message, &j.Attempts, &j.Stopping,
		&j.Created, &ended, &j.Results, &j.Failure, &j.Owner,
	}, more...)...)
	j.Created = j.Created.UTC()
	if ended != nil {
		j.Ended = ended.UTC()
	}
	return j, err
}

func findJob(ctx context.Context, db querier, id string) (data.Job, error) {
	rows, err := db.Query(ctx, jobSQL, id)
	if err != nil {
		return data.Job{}, err
	}
	j, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (data.Job, error) { return readJob(row) })
	if errors.Is(err, pgx.ErrNoRows) {
		return data.Job{}, data.NoJob(id)
	}
	return j, err
}

func addJob(ctx context.Context, db execer, j data.Job) error {
	if err := data.CheckJob(&j); err != nil {
		return err
	}
	if j.Params == nil {
		j.Params = []byte{}
	}
	tag, err := db.Exec(ctx, addJobSQL, j.ID, j.Kind, j.Title, j.Params, j.Place, j.Files,
		data.KeptJobs, data.KeptJobBytes, data.MostPendingJobs, j.Owner)
	if err == nil && tag.RowsAffected() == 0 {
		return data.ErrManyJobs
	}
	return err
}

// held runs a statement that must meet the job that somebody holds.
func held(ctx context.Context, db execer, h data.JobHold, sql string, more ...any) error {
	tag, err := db.Exec(ctx, sql, append([]any{h.ID, h.Holder}, more...)...)
	if err == nil && tag.RowsAffected() == 0 {
		return data.JobLost(h)
	}
	return err
}

func endJob(ctx context.Context, db execer, e data.JobEnd) error {
	if err := data.CheckJobEnd(&e); err != nil {
		return err
	}
	return held(ctx, db, e.JobHold, endJobSQL, e.State, e.Result, e.Failure, e.Step.Done, e.Step.Total, e.Step.Message)
}

// AddJob implements data.Jobs.
func (s *Store) AddJob(ctx context.Context, j data.Job) error {
	return s.call(ctx, "add a job to PostGIS", func(ctx context.Context) error { return addJob(ctx, s.pool, j) })
}

// TakeJob implements data.Jobs.
func (s *Store) TakeJob(ctx context.Context, t data.JobTaking) (j data.Job, err error) {
	err = s.call(ctx, "take a job from PostGIS", func(ctx context.Context) error {
		not := append([]string{}, t.Not...) // a nil list would be NULL
		rows, err := s.pool.Query(ctx, takeJobSQL, t.Holder, t.Lease, t.Kinds, t.Place, not)
		if err != nil {
			return err
		}
		j, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (data.Job, error) {
			var params []byte
			j, err := readJob(row, &params)
			j.Params = params
			return j, err
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return data.ErrNoJob
		}
		return err
	})
	return j, err
}

// RenewJob implements data.Jobs.
func (s *Store) RenewJob(
	ctx context.Context, h data.JobHold, step question.Step, lease time.Duration,
) (stopping bool, err error) {
	step = data.CutStep(step)
	err = s.call(ctx, "renew a job in PostGIS", func(ctx context.Context) error {
		err := s.pool.QueryRow(ctx, renewJobSQL, h.ID, h.Holder, step.Done, step.Total, step.Message, lease).Scan(&stopping)
		if errors.Is(err, pgx.ErrNoRows) {
			return data.JobLost(h)
		}
		return err
	})
	return stopping, err
}

// ReleaseJob implements data.Jobs.
func (s *Store) ReleaseJob(ctx context.Context, h data.JobHold) error {
	return s.call(ctx, "release a job in PostGIS", func(ctx context.Context) error {
		return held(ctx, s.pool, h, releaseJobSQL)
	})
}

// EndJob implements data.Jobs.
func (s *Store) EndJob(ctx context.Context, e data.JobEnd) error {
	return s.call(ctx, "end a job in PostGIS", func(ctx context.Context) error { return endJob(ctx, s.pool, e) })
}

// StopJob implements data.Jobs.
func (s *Store) StopJob(ctx context.Context, id string) (j data.Job, err error) {
	err = s.call(ctx, "stop a job in PostGIS", func(ctx context.Context) error {
		if _, err := s.pool.Exec(ctx, stopJobSQL, id); err != nil {
			return err
		}
		j, err = findJob(ctx, s.pool, id)
		return err
	})
	return j, err
}

// Job implements data.Jobs.
func (s *Store) Job(ctx context.Context, id string) (j data.Job, err error) {
	err = s.call(ctx, "read a job from PostGIS", func(ctx context.Context) error {
		j, err = findJob(ctx, s.pool, id)
		return err
	})
	return j, err
}

// JobResult implements data.Jobs.
func (s *Store) JobResult(ctx context.Context, id string) (result []byte, err error) {
	err = s.call(ctx, "read the result of a job from PostGIS", func(ctx context.Context) error {
		err := s.pool.QueryRow(ctx, jobResultSQL, id).Scan(&result)
		if errors.Is(err, pgx.ErrNoRows) {
			return data.NoJob(id)
		}
		return err
	})
	return result, err
}

// ListJobs implements data.Jobs.
func (s *Store) ListJobs(ctx context.Context) (list []data.Job, err error) {
	err = s.call(ctx, "list jobs in PostGIS", func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, listJobsSQL)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (data.Job, error) { return readJob(row) })
		return err
	})
	return list, err
}

// DropJob implements data.Jobs.
func (s *Store) DropJob(ctx context.Context, id string) error {
	return s.call(ctx, "drop a job from PostGIS", func(ctx context.Context) error {
		tag, err := s.pool.Exec(ctx, dropJobSQL, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = data.NoJob(id)
		}
		return err
	})
}
