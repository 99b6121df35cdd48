// Package osm reads extracts of OpenStreetMap, binary (.osm.pbf) or XML (.osm), for one of
// several layers: roads, rivers or places.
//
// A file and a table of tags flow in, and records flow out whose columns are fields of the layer. The table (tags.yaml)
// says what is kept and which field each tag sets; what is not tagged is left empty. What became of which tag is counted.
//
// A way is split where another that is kept joins it, so that each record is a stretch between two junctions, and may be
// cut by an area. Ways whose nodes the extract lacks end there. Which way one may drive, who may and what one may turn into
// is not read: the road graph is open in both directions.
//
// A file is read three times: its ways, for the nodes that they need and share, the nodes, for their places, and its ways
// again. What is held in memory grows with the vertices of what is kept: an id and a place, 8 bytes each. The rest of
// the file costs none.
package osm
