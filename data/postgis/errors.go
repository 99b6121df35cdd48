package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cuntu/cuntu/data"
)

// SQLSTATEs, of the PostgreSQL manual's appendix A.
const (
	classConstraint     = "23"
	notNullViolation    = "23502"
	uniqueViolation     = "23505"
	checkViolation      = "23514"
	raisedByTrigger     = "P0001"
	serializationFailed = "40001"
	deadlockDetected    = "40P01"
	invalidText         = "22P02"
)

// isRefusal tells whether an error is about the rows offered, not about the
// connection, the server or the tables.
func isRefusal(e *pgconn.PgError) bool {
	return strings.HasPrefix(e.Code, classConstraint) || e.Code == raisedByTrigger
}

// isConflict tells whether doing the same again may help.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == serializationFailed || e.Code == deadlockDetected)
}

// editError words why the database refuses the only edit of a run. It quotes
// nothing that the server says: its detail may hold values of other rows.
func editError(e *pgconn.PgError, r *run) error {
	out := &data.EditError{Index: r.first, Layer: r.table.layer.ID, ID: r.ids[0]}
	switch e.Code {
	case uniqueViolation:
		out.Err = data.ErrDuplicate
		if e.ConstraintName == constraint(r.table.layer.ID, "code", "key") {
			out.Field = "code"
		} else if e.ConstraintName != constraint(r.table.layer.ID, "pkey") {
			out.Err = fmt.Errorf("%w: a constraint of this database, %s", data.ErrDuplicate, e.ConstraintName)
		}
	case notNullViolation:
		out.Field, out.Err = e.ColumnName, fmt.Errorf("%w: needs a value", data.ErrInvalid)
	case raisedByTrigger:
		out.Err = fmt.Errorf("%w: a trigger of this database refuses it", data.ErrInvalid)
	default:
		for _, c := range r.table.checks {
			if c.name == e.ConstraintName {
				out.Field = c.field
			}
		}
		out.Err = fmt.Errorf("%w: the constraint %s of this database", data.ErrInvalid, e.ConstraintName)
	}
	return out
}

var errID = errors.New("the server returned no bigint as id")

func readID(b []byte) (int64, error) {
	if len(b) != 8 {
		return 0, errID
	}
	return int64(binary.BigEndian.Uint64(b)), nil
}
