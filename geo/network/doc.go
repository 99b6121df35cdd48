// Package network is the road graph: it joins segments where they meet and answers
// how far, how long and over which of them one place lies from others.
//
// Segments with attributes flow in, as quantised lines; paths, costs with their
// evidence, catchments, components and cut edges flow out. It knows nothing of
// layers, of what makes a road hardened or of who lives where, and nothing in it
// changes once it is made: any number of goroutines may ask at the same time.
//
// # After an edit
//
// Patch makes the graph of the segments after some of them changed. It nodes again what lies near these and copies the rest,
// and the outcome is, array by array, what Build makes of all segments. Subsets are carried from graph to graph by Moves,
// which hold neither graph.
//
// # Noding
//
// Segments join where their ends lie within Tolerance of each other, and where an
// end lies within it of the inside of another segment, which is split there. Where
// two segments cross in their middles they join if both have a vertex in that very
// place and neither is a bridge, tunnel or cableway, as in OpenStreetMap's model; else one is
// taken for passing over the other, and they do not join. Every way is open in both
// directions. An edge keeps its own geometry: crossing the gap that the tolerance
// bridges costs nothing, and splitting a segment leaves the sum of its lengths as
// it was, so a further segment can only shorten ways. Segments
// do not join across the antimeridian.
//
// # A point off the road
//
// A point walks straight to the road: to the nearest place of any segment within
// MaxSnap of it, whichever makes the whole way cheapest; its cost is
//
//	min over segments s within MaxSnap of  walk(p, nearest place of s) + network cost from there
//
// and the same at the other end. A new segment adds a term to that minimum and can
// only lower what the network costs, so adding a road makes nobody worse off. With
// the nearest segment alone, or the nearest k, it may: a new lane next to the house
// that leads nowhere would take the house off the road it used. Since a segment
// offers one place however often others split it, an unrelated side road changes
// nothing.
//
// The walk goes at FootKmh, and each metre or minute of it counts FootWeight-fold: at
// the weight 1 a house on a winding road would walk up to MaxSnap across the mountain
// to save bends. Cost is what is minimised, what Limit bounds and what no new road can
// raise; Way, Metres and Minutes tell the way's own length and time. Of 268 pairs of
// places on Andorra's roads, and of 300 on the demo's, so many walk to another bend:
//
//	weight                 1    5   10   20   30   80
//	by metres, Andorra   268  143   32    7    3    0
//	by metres, demo      299   50   13    1    0    0
//	by minutes, Andorra  148    8    4    1    1    0
//	by minutes, demo     111    3    0    0    0    0
//
// A greater weight would keep the last few on the road, and let a source that lies off
// the road, such as a town's middle, fall further behind others: 100 m off at the weight
// 20 count as 2 km. Points lie at most MaxSnap off whatever the weight, for that is how
// far rural access is counted.
//
// # Numbers
//
// Lengths are whole millimetres on the ellipsoid and times whole milliseconds, so
// sums are exact, costs are symmetric and ties are ties. Of ways with equal costs the
// one to the source named first wins, and between the same two places always the
// same one on the same graph.
//
// # Costs
//
// An edge takes 32 bytes and a little over 8 for each vertex, a node 16, a segment 16 and some 50
// in the index. Building takes time linear in the data but for the index, whose
// insertions take the logarithm of the segments: see Build.
//
// There is no contraction hierarchy. What is asked here is mostly one pass over
// the whole graph from all supplies at once, which a hierarchy does not speed up, and
// a hierarchy would have to be made anew for each subset of edges, each year and each
// edit.
package network
