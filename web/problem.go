package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/guard"
	"github.com/cuntu/cuntu/layers"
	"github.com/cuntu/cuntu/layers/question"
	"github.com/cuntu/cuntu/web/ogc"
	says "github.com/cuntu/cuntu/web/problem"
)

// problem is an error for the caller, as RFC 9457 problem details. Only what is
// in it is ever sent: never an inner error's text.
type problem = says.Problem

func badRequest(errs ...layers.Fault) *problem {
	wrong := layers.Faults(errs)
	return &problem{Title: "Bad request", Status: http.StatusBadRequest, Detail: wrong.Error(), Errors: wrong}
}

func notFound(detail string) *problem {
	return &problem{Title: "Not found", Status: http.StatusNotFound, Detail: detail}
}

func tooLarge(detail string) *problem {
	return &problem{Title: "Too large", Status: http.StatusRequestEntityTooLarge, Detail: detail}
}

func unavailable(detail string) *problem {
	return &problem{Title: "Not available now", Status: http.StatusServiceUnavailable, Detail: detail}
}

// asked is the problem of who asks what cannot be answered; nil of any other error.
func asked(err error) *problem {
	if wrong, ok := errors.AsType[layers.Faults](err); ok {
		return badRequest(wrong...)
	}
	if missing, ok := errors.AsType[question.NotFound](err); ok {
		return notFound(string(missing))
	}
	if errors.Is(err, data.ErrUnreachable) {
		return unavailable("the store is out of reach; try again when it is back")
	}
	if errors.Is(err, guard.ErrDenied) {
		return forbidden(err.Error())
	}
	if denied, ok := errors.AsType[question.Denied](err); ok {
		return forbidden(string(denied))
	}
	if large, ok := errors.AsType[question.TooLarge](err); ok {
		return tooLarge(string(large))
	}
	if unlike, ok := errors.AsType[ogc.NotAcceptable](err); ok {
		return &problem{Title: "Not acceptable", Status: http.StatusNotAcceptable, Detail: unlike.Error()}
	}
	return nil
}

// fail writes an error: a problem as it is, anything else as a bare 500 with
// the reason in the log alone.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		p = tooLarge(fmt.Sprintf("the body has more than %d bytes", long.Limit))
	} else if p = asked(err); p == nil && !errors.As(err, &p) {
		if r.Context().Err() != nil {
			return // the caller is gone
		}
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		p = &problem{Title: "Internal error", Status: http.StatusInternalServerError}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if p.Wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.Wait.Seconds()))))
	} else if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	if p.Status == http.StatusForbidden {
		s.witness.Refuse(r, p.Detail)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a caller that is gone by now cannot be told
}
