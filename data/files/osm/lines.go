package osm

import "github.com/paulmach/orb"

// lines are a way's, between nodes that others share where split is asked for. Where nodes are not in the file it is
// interrupted.
func (n *nodes) lines(way []int64, split bool) (lines []orb.LineString) {
	var line orb.LineString
	end := func() {
		if len(line) > 1 {
			lines = append(lines, line)
		}
		line = nil
	}
	for i, id := range way {
		p, shared, ok := n.find(id)
		if !ok {
			end()
			continue
		}
		if len(line) == 0 || line[len(line)-1] != p {
			line = append(line, p)
		}
		if split && shared && i > 0 && i < len(way)-1 {
			end()
			line = orb.LineString{p}
		}
	}
	end()
	return lines
}
