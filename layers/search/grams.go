package search

import (
	"iter"
	"slices"

	"github.com/cuntu/cuntu/layers/hanzi"
)

// grams lists the names that have something in them: a character, two side by side, a reading, the first letters of readings
// side by side. What is looked for is hashed to 32 bits, so that a list may hold a few names that do not have it; whoever
// walks a list looks at each name. All lists stand one behind the other, each with its names in ascending order.
type grams struct {
	hashes []uint32 // ascending
	ends   []uint32 // of lists in names
	names  []uint32
}

// The kinds of what is listed.
const (
	wholeGram   = 'w' // the folded name
	areaGram    = 'a' // the folded name, and that without the word for what it is
	charGram    = '1' // a character
	pairGram    = '2' // two characters side by side, or start and the first one
	skipGram    = '_' // two characters with one between
	soundGram   = 's' // a reading
	openGram    = 'o' // a reading of the first character
	soundLetter = 'n' // a reading and the first letter of the next
	twoLetters  = 'd' // first letters of two readings side by side
	letters3    = 't' // of three, or start and those of the first two
)

// start stands before the first character of a name.
const start = "^"

// gramOf hashes (FNV-1a) what is looked for.
func gramOf(kind byte, parts ...string) uint32 {
	h := (2166136261 ^ uint32(kind)) * 16777619
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint32(part[i])) * 16777619
		}
		h = (h ^ 0xFF) * 16777619
	}
	return h
}

// newGrams lists names. It takes some 20 numbers of 8 bytes a name while it works, and half of that to keep.
func newGrams(names []string, areas bool) grams {
	var pairs []uint64 // a hash before a name's number
	var r reader
	for number, name := range names {
		r.read(name, areas)
		for _, hash := range r.hashes {
			pairs = append(pairs, uint64(hash)<<32|uint64(number))
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	g := grams{names: make([]uint32, len(pairs))}
	for i, pair := range pairs {
		g.names[i] = uint32(pair)
		if hash := uint32(pair >> 32); len(g.hashes) == 0 || g.hashes[len(g.hashes)-1] != hash {
			g.hashes, g.ends = append(g.hashes, hash), append(g.ends, 0)
		}
		g.ends[len(g.ends)-1] = uint32(i + 1)
	}
	g.hashes, g.ends = slices.Clip(g.hashes), slices.Clip(g.ends)
	return g
}

// list are the names that have what a hash stands for.
func (g *grams) list(hash uint32) []uint32 {
	i, ok := slices.BinarySearch(g.hashes, hash)
	if !ok {
		return nil
	}
	from := uint32(0)
	if i > 0 {
		from = g.ends[i-1]
	}
	return g.names[from:g.ends[i]]
}

// shortest is the shortest of the lists of some hashes.
func (g *grams) shortest(hashes ...uint32) (list []uint32) {
	for i, hash := range hashes {
		if one := g.list(hash); i == 0 || len(one) < len(list) {
			list = one
		}
	}
	return list
}

// all are the lists of some hashes.
func (g *grams) all(hashes []uint32) [][]uint32 {
	var lists [][]uint32
	for _, hash := range hashes {
		if list := g.list(hash); len(list) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

func total(lists [][]uint32) (n int) {
	for _, list := range lists {
		n += len(list)
	}
	return n
}

// merged yields the numbers of lists once each, in ascending order.
func merged(lists [][]uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		heads := slices.DeleteFunc(slices.Clone(lists), func(list []uint32) bool { return len(list) == 0 })
		for len(heads) > 0 {
			least := heads[0][0]
			for _, list := range heads[1:] {
				least = min(least, list[0])
			}
			if !yield(least) {
				return
			}
			for i := len(heads) - 1; i >= 0; i-- {
				if heads[i][0] != least {
					continue
				}
				if heads[i] = heads[i][1:]; len(heads[i]) == 0 {
					heads = slices.Delete(heads, i, i+1)
				}
			}
		}
	}
}

// reader finds what is to be listed of one name after another.
type reader struct {
	spelling hanzi.Spelling
	letters  [][]string // by character: the first letters of its ways
	hashes   []uint32
}

func (r *reader) read(name string, areas bool) {
	r.hashes = r.hashes[:0]
	folded := hanzi.Fold(name)
	r.put(wholeGram, folded)
	if areas {
		for _, word := range areaWords {
			if len(folded) > len(word) && folded[len(folded)-len(word):] == word {
				r.put(areaGram, folded[:len(folded)-len(word)])
			}
		}
	}
	r.spelling = r.spelling[:0].Append(name)
	r.letters = r.letters[:0]
	for i, ways := range r.spelling {
		r.letters = append(r.letters, firstLetters(ways))
		r.readChar(i)
		for _, c := range r.letters[i] {
			r.readLetters(i, c)
		}
	}
}

func (r *reader) put(kind byte, parts ...string) { r.hashes = append(r.hashes, gramOf(kind, parts...)) }

// readChar lists the character at i by itself and with those before it, and its readings.
func (r *reader) readChar(i int) {
	ways := r.spelling[i]
	r.put(charGram, ways[0])
	if i == 0 {
		r.put(pairGram, start, ways[0])
	} else {
		r.put(pairGram, r.spelling[i-1][0], ways[0])
	}
	if i > 1 {
		r.put(skipGram, r.spelling[i-2][0], ways[0])
	}
	for _, way := range ways {
		if isASCII(way) {
			r.put(soundGram, way)
			if i == 0 {
				r.put(openGram, way)
			}
		}
	}
}

// readLetters lists a letter at i with those before it.
func (r *reader) readLetters(i int, c string) {
	if i == 0 {
		return
	}
	for _, way := range r.spelling[i-1] {
		if isASCII(way) {
			r.put(soundLetter, way, c)
		}
	}
	for _, b := range r.letters[i-1] {
		r.put(twoLetters, b, c)
		if i == 1 {
			r.put(letters3, start, b, c)
			continue
		}
		for _, a := range r.letters[i-2] {
			r.put(letters3, a, b, c)
		}
	}
}

// firstLetters are the letters and digits by which a character's ways begin, each once.
func firstLetters(ways []string) []string {
	letters := make([]string, 0, len(ways))
	for _, way := range ways {
		if isASCII(way) && !slices.Contains(letters, way[:1]) {
			letters = append(letters, way[:1])
		}
	}
	return letters
}

func isASCII(way string) bool { return way[0] < 0x80 }
