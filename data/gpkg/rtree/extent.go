package rtree

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Extent is the box of all that the R-tree holds, rounded outwards to float32 as
// it keeps them: the union of the root's cells, so it costs the same whatever the
// size of the layer.
func (t *Tree) Extent(conn *sqlite.Conn) (b orb.Bound, ok bool, err error) {
	var root []byte
	query := fmt.Sprintf("SELECT data FROM %s WHERE nodeno = 1", t.Nodes)
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		root = make([]byte, stmt.ColumnLen(0))
		stmt.ColumnBytes(0, root)
		return nil
	}})
	if err != nil || len(root) < nodeHeader {
		return b, false, err
	}
	n := int(binary.BigEndian.Uint16(root[2:]))
	if n == 0 || len(root) < nodeHeader+n*cellSize {
		return b, false, nil
	}
	inf := math.Inf(1)
	b = orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
	for i := range n {
		at := root[nodeHeader+i*cellSize+8:]
		side := func(k int) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(at[k*4:]))) }
		b.Min[0], b.Max[0] = min(b.Min[0], side(0)), max(b.Max[0], side(1))
		b.Min[1], b.Max[1] = min(b.Min[1], side(2)), max(b.Max[1], side(3))
	}
	return b, true, nil
}
