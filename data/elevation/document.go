package elevation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cuntu/cuntu/data"
	"github.com/cuntu/cuntu/geo/crs"
	"github.com/cuntu/cuntu/geo/dem"
)

// Kind is the kind of document that holds a tile, and the name of the layer that all
// of them are.
const Kind = "dem"

// head is the first line of a tile's document; the packed heights follow.
type head struct {
	CRS    string  `json:"crs"`
	DX     float64 `json:"dx"`
	DY     float64 `json:"dy"`
	PhaseX float64 `json:"phase_x"`
	PhaseY float64 `json:"phase_y"`
	X      int32   `json:"x"`
	Y      int32   `json:"y"`
}

func documentID(l dem.Lattice, id dem.TileID) string {
	return fmt.Sprintf("%s/%d/%d", l.Key(), id.X, id.Y)
}

func toDocument(p dem.Packed, author string, at time.Time) (data.Document, error) {
	line, err := json.Marshal(head{p.Lattice.CRS.String(), p.Lattice.DX, p.Lattice.DY, p.Lattice.PhaseX, p.Lattice.PhaseY, p.ID.X, p.ID.Y})
	if err != nil {
		return data.Document{}, err
	}
	content := append(append(line, '\n'), p.Bytes...)
	return data.Document{Kind: Kind, ID: documentID(p.Lattice, p.ID), Author: author, Time: at, Content: content}, nil
}

func fromDocument(d data.Document) (dem.Packed, error) {
	line, packed, _ := bytes.Cut(d.Content, []byte{'\n'})
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return dem.Packed{}, fmt.Errorf("document %s/%s: %w", d.Kind, d.ID, err)
	}
	c, err := crs.Parse(h.CRS)
	if err != nil {
		return dem.Packed{}, fmt.Errorf("document %s/%s: %w", d.Kind, d.ID, err)
	}
	if !(h.DX > 0 && h.DY > 0 && h.PhaseX >= 0 && h.PhaseX < 1 && h.PhaseY >= 0 && h.PhaseY < 1) {
		return dem.Packed{}, fmt.Errorf("document %s/%s: has no sound lattice", d.Kind, d.ID)
	}
	return dem.Packed{
		Lattice: dem.Lattice{CRS: c, DX: h.DX, DY: h.DY, PhaseX: h.PhaseX, PhaseY: h.PhaseY},
		ID:      dem.TileID{X: h.X, Y: h.Y}, Bytes: packed,
	}, nil
}
