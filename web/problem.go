package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// problem is an error for the caller, as RFC 9457 problem details. Only what is
// in it is ever sent: never an inner error's text.
type problem struct {
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty"`
	Errors []misuse `json:"errors,omitempty"`
}

// misuse is one parameter that is wrong, and what is allowed.
type misuse struct {
	Parameter string `json:"parameter"`
	Detail    string `json:"detail"`
}

func misuses(faults layers.Faults) []misuse {
	list := make([]misuse, len(faults))
	for i, f := range faults {
		list[i] = misuse{f.Part, f.Detail}
	}
	return list
}

func (p *problem) Error() string { return p.Title + ": " + p.Detail }

func badRequest(errs ...misuse) *problem {
	said := make([]string, len(errs))
	for i, e := range errs {
		said[i] = e.Parameter + ": " + e.Detail
	}
	return &problem{"Bad request", http.StatusBadRequest, strings.Join(said, "; "), errs}
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

// fail writes an error: a problem as it is, anything else as a bare 500 with
// the reason in the log alone.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		p = tooLarge(fmt.Sprintf("the body has more than %d bytes", long.Limit))
	} else if !errors.As(err, &p) {
		if r.Context().Err() != nil {
			return // the caller is gone
		}
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		p = &problem{Title: "Internal error", Status: http.StatusInternalServerError}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a caller that is gone by now cannot be told
}
