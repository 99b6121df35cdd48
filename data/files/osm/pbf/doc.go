// Package pbf reads the blocks of OpenStreetMap's binary files (.osm.pbf; osm.org/wiki/PBF_Format), the nodes and ways in
// them; it passes over relations.
//
// A stream flows in, and nodes and ways flow out to a Visitor, a block of some 8,000 at a time. It knows nothing of what
// their tags mean. A file is sent by whoever likes: every size, index and number in it is held against what is there, and
// what is damaged is an error. That is why the decoder is our own: that of paulmach/osm decodes in goroutines of its own
// and panics there, where nobody can recover, and it unpacks as much as a file claims.
package pbf
