// Package rtree fills the R-tree of a GeoPackage's table as a whole, and tells what box it spans.
//
// Rows flow in, nodes of the tree flow out into the same file. It keeps no tree up to date, which is what triggers do, and
// searches none.
package rtree

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/cuntu/cuntu/data/gpkg/geometry"
)

// Filling SQLite's R-tree row by row costs more than writing the rows. A table
// that is indexed as a whole gets its tree packed instead (sort-tile-recursive,
// Leutenegger et al. 1997), written straight into the three tables behind the
// virtual one, whose form SQLite documents in ext/rtree/rtree.c and which GDAL
// fills likewise: less than half of the time (BenchmarkRtree), and a tree that is
// better to search, since its nodes hardly overlap. SQLite's own rtreecheck is the
// test's oracle.

const (
	nodeHeader = 4  // depth of the tree, in the root only, and number of cells: big-endian uint16
	cellSize   = 24 // row or node id: int64; min x, max x, min y, max y: float32, all big-endian
	fullness   = 0.9
)

// cell is a box with the row or node that it is of.
type cell struct {
	id  int64
	box [4]float32 // min x, max x, min y, max y, rounded outwards
}

func newCell(id int64, b orb.Bound) cell {
	return cell{id, [4]float32{down(b.Min[0]), up(b.Max[0]), down(b.Min[1]), up(b.Max[1])}}
}

func down(v float64) float32 {
	f := float32(v)
	if float64(f) > v {
		f = math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

func up(v float64) float32 { return -down(-v) }

func (c *cell) union(o *cell) {
	for i := range c.box {
		if i%2 == 0 {
			c.box[i] = min(c.box[i], o.box[i])
		} else {
			c.box[i] = max(c.box[i], o.box[i])
		}
	}
}

// Tree is the tree of a table with the columns id and geom. The names are quoted.
type Tree struct {
	Table string
	// Nodes, Rows and Parents are the tables behind the virtual one: the nodes, which node a row is in, and which node a node
	// is in.
	Nodes, Rows, Parents string
}

// Fill builds the tree anew from the table.
func (t *Tree) Fill(conn *sqlite.Conn) error {
	cells, err := t.cells(conn)
	if err != nil {
		return err
	}
	root, err := conn.Prepare(fmt.Sprintf("SELECT length(data) FROM %s WHERE nodeno = 1", t.Nodes))
	if err != nil {
		return err
	}
	size, err := sqlitex.ResultInt(root)
	if err != nil {
		return err
	}
	if err := t.Empty(conn); err != nil {
		return err
	}
	p := packer{tree: t, conn: conn, node: make([]byte, size)}
	return p.pack(cells)
}

// Empty takes all nodes away, which SQLite does without a look at each, and
// leaves it to the caller to put a root back.
func (t *Tree) Empty(conn *sqlite.Conn) error {
	return sqlitex.ExecuteScript(conn, fmt.Sprintf("DELETE FROM %s; DELETE FROM %s; DELETE FROM %s;", t.Nodes, t.Rows, t.Parents), nil)
}

// cells are the boxes of the table's rows.
func (t *Tree) cells(conn *sqlite.Conn) ([]cell, error) {
	stmt, err := conn.Prepare(fmt.Sprintf("SELECT id, geom FROM %s WHERE geom NOTNULL", t.Table))
	if err != nil {
		return nil, err
	}
	defer stmt.Reset()
	var (
		list []cell
		r    geometry.Reader
		blob []byte
	)
	for {
		row, err := stmt.Step()
		if err != nil || !row {
			return list, err
		}
		if n := stmt.ColumnLen(1); n > len(blob) {
			blob = make([]byte, n*3/2)
		}
		n := stmt.ColumnBytes(1, blob)
		if b, ok := r.Bound(blob[:n]); ok {
			list = append(list, newCell(stmt.ColumnInt64(0), b))
		}
	}
}

// packer writes one tree. Nodes are numbered from 1, which is the root.
type packer struct {
	tree *Tree
	conn *sqlite.Conn
	node []byte

	putNode, putRow, putParent *sqlite.Stmt
}

func (p *packer) pack(rows []cell) error {
	for into, sql := range map[**sqlite.Stmt]string{
		&p.putNode:   "INSERT INTO " + p.tree.Nodes + " VALUES (?, ?)",
		&p.putRow:    "INSERT INTO " + p.tree.Rows + " VALUES (?, ?)",
		&p.putParent: "INSERT INTO " + p.tree.Parents + " VALUES (?, ?)",
	} {
		stmt, err := p.conn.Prepare(sql)
		if err != nil {
			return err
		}
		*into = stmt
	}
	full := (len(p.node) - nodeHeader) / cellSize
	per := max(2, int(fullness*float64(full)))
	tile(rows, per)

	level, put, next := rows, p.putRow, int64(2)
	for depth := 0; ; depth++ {
		if len(level) <= full {
			return p.write(1, depth, level, put)
		}
		var above []cell
		for part := range evenly(level, per) {
			if err := p.write(next, 0, part, put); err != nil {
				return err
			}
			whole := cell{next, part[0].box}
			for i := range part {
				whole.union(&part[i])
			}
			above = append(above, whole)
			next++
		}
		level, put = above, p.putParent
	}
}

// write writes a node and, for each of its cells, where that is to be found.
func (p *packer) write(id int64, depth int, cells []cell, put *sqlite.Stmt) error {
	clear(p.node)
	binary.BigEndian.PutUint16(p.node, uint16(depth))
	binary.BigEndian.PutUint16(p.node[2:], uint16(len(cells)))
	at := p.node[nodeHeader:]
	for i := range cells {
		binary.BigEndian.PutUint64(at, uint64(cells[i].id))
		for k, v := range cells[i].box {
			binary.BigEndian.PutUint32(at[8+4*k:], math.Float32bits(v))
		}
		at = at[cellSize:]
		put.BindInt64(1, cells[i].id)
		put.BindInt64(2, id)
		if err := run(put); err != nil {
			return err
		}
	}
	p.putNode.BindInt64(1, id)
	p.putNode.BindBytes(2, p.node)
	return run(p.putNode)
}

// tile orders cells so that each run of so many lies close together: slices from
// west to east, each from south to north.
func tile(cells []cell, per int) {
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.box[0]+a.box[1], b.box[0]+b.box[1]), cmp.Compare(a.id, b.id))
	})
	nodes := (len(cells) + per - 1) / per
	slice := per * max(1, int(math.Ceil(math.Sqrt(float64(nodes)))))
	for part := range slices.Chunk(cells, slice) {
		slices.SortFunc(part, func(a, b cell) int {
			return cmp.Or(cmp.Compare(a.box[2]+a.box[3], b.box[2]+b.box[3]), cmp.Compare(a.id, b.id))
		})
	}
}

// evenly parts cells into runs of nearly the same length, at most per, so that
// no node is left with a few.
func evenly(cells []cell, per int) func(func([]cell) bool) {
	return func(yield func([]cell) bool) {
		n := (len(cells) + per - 1) / per
		for i := range n {
			if !yield(cells[i*len(cells)/n : (i+1)*len(cells)/n]) {
				return
			}
		}
	}
}

func run(stmt *sqlite.Stmt) error {
	_, err := stmt.Step()
	if resetErr := stmt.Reset(); err == nil {
		err = resetErr
	}
	return err
}
