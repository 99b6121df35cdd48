package account

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/data/signin"
	"github.com/cuntu/cuntu/layers/access"
)

// Emergency is an emergency as those are told of it whom it concerns.
type Emergency struct {
	data.Emergency
	Login string `json:"login"`
	Name  string `json:"name"`
	Own   bool   `json:"own"`   // of who asks
	Lasts bool   `json:"lasts"` // now
	// Endable tells whether who asks may end it.
	Endable bool `json:"endable"`
}

// Emergencies are those that who asks is told of, the latest first.
type Emergencies struct {
	Emergencies []Emergency `json:"emergencies"`
}

func (a *API) toldEmergencies(someone signin.Who) []Emergency {
	list := []Emergency{}
	security := a.desk.Rights(someone.Actor()).Admin.Has(access.SecurityAdmin)
	for _, e := range a.desk.Emergencies(someone) {
		told := Emergency{Emergency: e, Own: e.User == someone.User.ID, Lasts: e.Lasts(time.Now())}
		told.Endable = told.Lasts && (told.Own || security)
		if u, err := a.desk.FindUser(e.User); err == nil {
			told.Login, told.Name = u.Login, u.Name
		}
		list = append(list, told)
	}
	return list
}

// emergencies answers GET /api/emergencies.
func (a *API) emergencies(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, Emergencies{a.toldEmergencies(someone)})
}

// beginEmergency answers POST /api/emergencies: from now on, for three hours, who asks reads sensitive fields of an area.
func (a *API) beginEmergency(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	var said struct {
		Area   string `json:"area"`
		Reason string `json:"reason"`
	}
	if err := read(w, r, &said); err != nil {
		return err
	}
	if _, err := a.desk.BeginEmergency(r.Context(), someone, said.Area, said.Reason); err != nil {
		return worded(err)
	}
	a.log.Warn("sensitive fields are opened for an emergency", "user", someone.User.ID, "area", said.Area)
	return write(w, http.StatusCreated, Emergencies{a.toldEmergencies(someone)})
}

// endEmergency answers DELETE /api/emergencies/{emergency}.
func (a *API) endEmergency(w http.ResponseWriter, r *http.Request) error {
	someone, err := person(r)
	if err != nil {
		return err
	}
	if err := a.desk.EndEmergency(r.Context(), someone, mux.Vars(r)["emergency"]); err != nil {
		return worded(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
