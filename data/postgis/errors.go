package postgis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
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

// unreachable marks an error as data.ErrUnreachable.
type unreachable struct{ error }

func (u unreachable) Unwrap() error        { return u.error }
func (u unreachable) Is(target error) bool { return target == data.ErrUnreachable }

// isUnreachable tells whether an error is of the connection, or of a server that
// takes none for now, and not about what a server that answers has said.
func isUnreachable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(classesOut, func(class string) bool { return strings.HasPrefix(pg.Code, class) })
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok && !errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	return errors.Is(err, errSilent) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		pgconn.SafeToRetry(err)
}

// classesOut are of connections, of too few of them, and of a server that starts,
// stops or recovers.
var classesOut = []string{"08", "53", "57P"}

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
