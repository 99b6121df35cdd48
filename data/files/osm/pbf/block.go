package pbf

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/osm"
	"google.golang.org/protobuf/encoding/protowire"
)

// Visitor is shown what it asks for.
type Visitor struct {
	// Node gets a place in ten-millionths of a degree; nil to pass over nodes. Without Tagged it gets no tags.
	Node   func(id int64, lon, lat int32, tags osm.Tags) error
	Tagged bool
	// Way gets the ids of its nodes, which it may not keep; nil to pass over ways.
	Way func(id int64, nodes []int64, tags osm.Tags) error
}

// block decodes a block of elements.
type block struct {
	visitor        Visitor
	texts          []string
	granularity    int64 // billionths of a degree
	latOff, lonOff int64

	ids, lats, lons []int64
	keys, values    []uint64
}

func (b *block) show(raw []byte) error {
	b.granularity = 100
	var groups [][]byte
	err := eachField(raw, func(f field) error {
		switch f.number {
		case 1:
			return b.readTexts(f.bytes)
		case 2:
			groups = append(groups, f.bytes)
		case 17:
			b.granularity = int64(f.varint)
		case 19:
			b.latOff = int64(f.varint)
		case 20:
			b.lonOff = int64(f.varint)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, group := range groups {
		if err := eachField(group, b.showElement); err != nil {
			return err
		}
	}
	return nil
}

func (b *block) readTexts(table []byte) error {
	return eachField(table, func(f field) error {
		b.texts = append(b.texts, strings.ToValidUTF8(string(f.bytes), "\uFFFD"))
		return nil
	})
}

func (b *block) showElement(f field) error {
	switch {
	case f.number == 1 && b.visitor.Node != nil:
		return b.showNode(f.bytes)
	case f.number == 2 && b.visitor.Node != nil:
		return b.showDense(f.bytes)
	case f.number == 3 && b.visitor.Way != nil:
		return b.showWay(f.bytes)
	}
	return nil
}

func (b *block) showNode(message []byte) (err error) {
	var id, lat, lon int64
	b.keys, b.values = b.keys[:0], b.values[:0]
	err = eachField(message, func(f field) (err error) {
		switch f.number {
		case 1:
			id = protowire.DecodeZigZag(f.varint)
		case 2:
			b.keys, err = unpack(b.keys, f.bytes)
		case 3:
			b.values, err = unpack(b.values, f.bytes)
		case 8:
			lat = protowire.DecodeZigZag(f.varint)
		case 9:
			lon = protowire.DecodeZigZag(f.varint)
		}
		return err
	})
	if err != nil {
		return err
	}
	tags, err := b.tags()
	if err != nil {
		return fmt.Errorf("node %d: %w", id, err)
	}
	return b.node(id, lat, lon, tags)
}

// node places a node.
func (b *block) node(id, lat, lon int64, tags osm.Tags) error {
	y, okY := b.degrees(b.latOff, lat, 90)
	x, okX := b.degrees(b.lonOff, lon, 180)
	if !okX || !okY {
		return fmt.Errorf("node %d lies nowhere on earth", id)
	}
	return b.visitor.Node(id, x, y, tags)
}

// degrees is a coordinate in ten-millionths of a degree.
func (b *block) degrees(offset, v int64, most float64) (at int32, ok bool) {
	billionths := float64(offset) + float64(b.granularity)*float64(v)
	if !(math.Abs(billionths) <= most*1e9) {
		return 0, false
	}
	return int32(math.Round(billionths / 100)), true
}

func (b *block) showDense(message []byte) (err error) {
	b.ids, b.lats, b.lons, b.keys = b.ids[:0], b.lats[:0], b.lons[:0], b.keys[:0]
	err = eachField(message, func(f field) (err error) {
		switch f.number {
		case 1:
			b.ids, err = undelta(b.ids, f.bytes)
		case 8:
			b.lats, err = undelta(b.lats, f.bytes)
		case 9:
			b.lons, err = undelta(b.lons, f.bytes)
		case 10:
			if b.visitor.Tagged {
				b.keys, err = unpack(b.keys, f.bytes)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(b.lats) != len(b.ids) || len(b.lons) != len(b.ids) {
		return errors.New("has nodes without a place")
	}
	tagged := b.keys
	for i, id := range b.ids {
		var tags osm.Tags
		if tags, tagged, err = b.denseTags(tagged); err != nil {
			return fmt.Errorf("node %d: %w", id, err)
		}
		if err := b.node(id, b.lats[i], b.lons[i], tags); err != nil {
			return err
		}
	}
	return nil
}

// denseTags takes the tags of one node, which end with a 0, off the list of all.
func (b *block) denseTags(list []uint64) (tags osm.Tags, left []uint64, err error) {
	for len(list) > 0 && list[0] != 0 {
		if len(list) < 2 {
			return nil, nil, errDamaged
		}
		if tags, err = b.tag(tags, list[0], list[1]); err != nil {
			return nil, nil, err
		}
		list = list[2:]
	}
	if len(list) > 0 {
		list = list[1:]
	}
	return tags, list, nil
}

func (b *block) showWay(message []byte) (err error) {
	id := int64(0)
	b.ids, b.keys, b.values = b.ids[:0], b.keys[:0], b.values[:0]
	err = eachField(message, func(f field) (err error) {
		switch f.number {
		case 1:
			id = int64(f.varint)
		case 2:
			b.keys, err = unpack(b.keys, f.bytes)
		case 3:
			b.values, err = unpack(b.values, f.bytes)
		case 8:
			b.ids, err = undelta(b.ids, f.bytes)
		}
		return err
	})
	if err != nil {
		return err
	}
	tags, err := b.tags()
	if err != nil {
		return fmt.Errorf("way %d: %w", id, err)
	}
	return b.visitor.Way(id, b.ids, tags)
}

// tags are those that keys and values tell.
func (b *block) tags() (tags osm.Tags, err error) {
	if len(b.keys) != len(b.values) {
		return nil, errors.New("has keys without a value")
	}
	for i := range b.keys {
		if tags, err = b.tag(tags, b.keys[i], b.values[i]); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

func (b *block) tag(tags osm.Tags, key, value uint64) (osm.Tags, error) {
	if n := uint64(len(b.texts)); key >= n || value >= n {
		return nil, errors.New("has a tag that is not among the texts")
	}
	return append(tags, osm.Tag{Key: b.texts[key], Value: b.texts[value]}), nil
}
