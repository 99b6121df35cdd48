package editing

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/guard"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/web/problem"
)

// Unconditional refuses an edit that does not say of which state it was made.
func Unconditional(what string) *problem.Problem {
	return &problem.Problem{
		Title: "Precondition required", Status: http.StatusPreconditionRequired,
		Detail: what + " must say of which state of the feature the edit was made: the ETag that the feature was read with, or *",
	}
}

// refusalOf words why a store refuses an edit of a wish. The error comes back as it is where the editor cannot mend it.
func refusalOf(err error, catalog *layers.Catalog, w *Wish) error {
	refused, ok := errors.AsType[*data.EditError](err)
	switch {
	case errors.Is(err, data.ErrOutcome):
		return &problem.Problem{
			Title: "Outcome unknown", Status: http.StatusServiceUnavailable,
			Detail: "the connection to the store broke while the edit was being done: ask at /api/edits/{key} by its Idempotency-Key, " +
				"or send the same again with that key",
		}
	case errors.Is(err, data.ErrUnreachable):
		return &problem.Problem{
			Title: "Not available now", Status: http.StatusServiceUnavailable, Detail: "the store cannot be reached; nothing was written",
		}
	case !ok:
		return err
	}
	r := &problem.Problem{}
	if len(w.Edits) > 1 {
		r.Edit = &refused.Index
	}
	part := refused.Field
	if part == "" {
		part = "id"
	}
	switch {
	case errors.Is(err, data.ErrChanged):
		r.Title, r.Status = "Precondition failed", http.StatusPreconditionFailed
		r.Detail = fmt.Sprintf("%s %d was changed since you read it", refused.Layer, refused.ID)
		l, _ := catalog.Layer(refused.Layer) // was checked
		r.Current, r.Mine = featureJSON(l, refused.Current, w.Edits[refused.Index].Base), w.Mine[refused.Index]
	case errors.Is(err, guard.ErrDenied):
		r.Title, r.Status = "Forbidden", http.StatusForbidden
		r.Detail = fmt.Sprintf("you may not write %s here", refused.Layer)
		if refused.Field != "" {
			r.Errors = layers.NewFault(refused.Field, "may not be written by you")
			r.Detail = r.Errors.Error()
		}
	case errors.Is(err, data.ErrNotFound):
		r.Title, r.Status = "Not found", http.StatusNotFound
		r.Detail = fmt.Sprintf("layer %s has no feature %d; it may have been deleted", refused.Layer, refused.ID)
		r.Current, r.Mine = json.RawMessage("null"), w.Mine[refused.Index]
	case errors.Is(err, data.ErrDuplicate):
		r.Title, r.Status = "Conflict", http.StatusConflict
		r.Errors = layers.NewFault(part, "is taken by another feature of layer %s", refused.Layer)
		r.Detail = r.Errors.Error()
	default:
		r.Title, r.Status = "Bad request", http.StatusBadRequest
		r.Errors = layers.NewFault(part, "%s", refused.Err.Error())
		r.Detail = r.Errors.Error()
	}
	return r
}
