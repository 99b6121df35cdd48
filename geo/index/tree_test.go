package index_test

import (
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/geo"
	"github.com/cuntu/cuntu/geo/index"
)

type item struct {
	box geo.Box
	id  uint32
}

// anyBox lies in one of a few neighbourhoods, so that boxes meet and repeat, or
// anywhere.
func anyBox() *rapid.Generator[geo.Box] {
	return rapid.Custom(func(t *rapid.T) geo.Box {
		c := rapid.OneOf(
			rapid.Int32Range(-20, 20),
			rapid.Int32Range(math.MaxInt32-20, math.MaxInt32),
			rapid.Int32(),
		)
		p, q := geo.Point{X: c.Draw(t, "x"), Y: c.Draw(t, "y")}, geo.Point{X: c.Draw(t, "x2"), Y: c.Draw(t, "y2")}
		box := geo.Empty.Extend(p)
		if rapid.Bool().Draw(t, "wide") {
			box = box.Extend(q)
		}
		return box
	})
}

func search(t *index.Tree, box geo.Box) []uint32 {
	ids := []uint32{}
	t.Search(box, func(id uint32) bool { ids = append(ids, id); return true })
	slices.Sort(ids)
	return ids
}

func scan(items []item, box geo.Box) []uint32 {
	ids := []uint32{}
	for _, it := range items {
		if it.box.Intersects(box) {
			ids = append(ids, it.id)
		}
	}
	slices.Sort(ids)
	return ids
}

func agree(t *rapid.T, tree *index.Tree, items []item) {
	t.Helper()
	if tree.Len() != len(items) {
		t.Fatalf("Len is %d, want %d", tree.Len(), len(items))
	}
	all := geo.Empty
	for _, it := range items {
		all = all.Union(it.box)
	}
	if tree.Box() != all {
		t.Fatalf("Box is %v, want %v", tree.Box(), all)
	}
	for _, box := range []geo.Box{geo.World, geo.Empty, anyBox().Draw(t, "search")} {
		if got, want := search(tree, box), scan(items, box); !slices.Equal(got, want) {
			t.Fatalf("Search(%v) found %d items, a scan %d", box, len(got), len(want))
		}
	}
	n := 0
	tree.All(func(uint32) bool { n++; return true })
	if n != len(items) {
		t.Fatalf("All yielded %d of %d", n, len(items))
	}
}

// Versions of a tree change in turn; each must go on holding just its own items.
func TestEveryVersionHoldsItsOwnItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type version struct {
			tree  *index.Tree
			items []item
		}
		versions := []version{{tree: new(index.Tree)}}
		next := uint32(0)
		fresh := func() item {
			next++
			return item{anyBox().Draw(t, "box"), next}
		}
		pick := func() *version { return &versions[rapid.IntRange(0, len(versions)-1).Draw(t, "version")] }
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(*rapid.T) {
				v := pick()
				for range rapid.IntRange(1, 120).Draw(t, "n") {
					it := fresh()
					v.tree.Insert(it.box, it.id)
					v.items = append(v.items, it)
				}
			},
			"load": func(*rapid.T) {
				v := pick()
				more := make([]index.Item, rapid.IntRange(0, 200).Draw(t, "n"))
				for i := range more {
					it := fresh()
					more[i] = index.Item{Box: it.box, ID: it.id}
					v.items = append(v.items, it)
				}
				v.tree.Load(more)
			},
			"delete": func(*rapid.T) {
				v := pick()
				for range rapid.IntRange(1, 150).Draw(t, "n") {
					if len(v.items) == 0 {
						return
					}
					i := rapid.IntRange(0, len(v.items)-1).Draw(t, "item")
					if it := v.items[i]; !v.tree.Delete(it.box, it.id) {
						t.Fatalf("%v was not there", it)
					}
					v.items = slices.Delete(v.items, i, i+1)
				}
			},
			"delete what is not there": func(*rapid.T) {
				if pick().tree.Delete(anyBox().Draw(t, "box"), math.MaxUint32) {
					t.Fatal("deleted it")
				}
			},
			"copy": func(*rapid.T) {
				if len(versions) < 4 {
					v := pick()
					versions = append(versions, version{v.tree.Copy(), slices.Clone(v.items)})
				}
			},
			"": func(t *rapid.T) {
				for _, v := range versions {
					agree(t, v.tree, v.items)
				}
			},
		})
	})
}

func TestSearchStopsWhenToldTo(t *testing.T) {
	tree := loaded(places(1000))
	n := 0
	tree.Search(geo.World, func(uint32) bool { n++; return n < 70 })
	if n != 70 {
		t.Errorf("yielded %d", n)
	}
}

func TestSearchAllocatesNothing(t *testing.T) {
	ps := places(10_000)
	tree := loaded(ps)
	box := geo.Box{Min: ps[0], Max: geo.Point{X: ps[0].X + 1e6, Y: ps[0].Y + 1e6}}
	n := 0
	if a := testing.AllocsPerRun(100, func() { tree.Search(box, func(uint32) bool { n++; return true }) }); a != 0 || n == 0 {
		t.Errorf("%v allocations, %d found", a, n)
	}
}

func TestItemsWithoutABoxAreLeftOut(t *testing.T) {
	var tree index.Tree
	tree.Insert(geo.Empty, 1)
	tree.Load([]index.Item{{Box: geo.Empty, ID: 2}, {ID: 3}})
	if got := search(&tree, geo.World); tree.Len() != 1 || !slices.Equal(got, []uint32{3}) {
		t.Errorf("Len %d, found %v", tree.Len(), got)
	}
}

// Worth running under -race.
func TestReadersStayOnTheirVersionWhileTheNextIsMade(t *testing.T) {
	ps := places(5000)
	tree := loaded(ps)
	var wg sync.WaitGroup
	for g := range 4 {
		next := tree.Copy()
		wg.Go(func() {
			for i := range 500 {
				p := ps[(i*7+g)%len(ps)]
				next.Insert(geo.Box{Min: p, Max: p}, uint32(len(ps)+i))
				next.Delete(geo.Box{Min: p, Max: p}, uint32((i*7+g)%len(ps)))
				if n := len(search(tree, geo.World)); i%100 == 0 && n != len(ps) {
					t.Errorf("the old version holds %d items", n)
				}
			}
			if next.Len() != len(ps) {
				t.Errorf("the new version holds %d items", next.Len())
			}
		})
	}
	wg.Wait()
}
