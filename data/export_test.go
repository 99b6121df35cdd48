package data

import "github.com/cuntu/cuntu/layers"

// Roll is what Live keeps of the rows that are left out, Judge that by which they are.
type Roll struct{ *roll }

func NewRoll(c *layers.Catalog) Roll { return Roll{newRoll(c)} }

func (r Roll) Sift(c []layers.Change) ([]layers.Change, []LeftOut) { return r.sift(c) }
func (r Roll) Add(l *layers.Layer, out LeftOut)                    { r.add(l, out) }
func (r Roll) Counts() map[string]int                              { return r.counts() }
func (r Roll) List(most int) []LeftOut                             { return r.list(most) }

var Judge = judge
