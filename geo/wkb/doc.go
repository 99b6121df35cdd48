// Package wkb reads and writes well-known binary, the form in which databases keep
// geometries: ISO 13249-3 and OGC 06-103r4, PostGIS's EWKB, and the blobs of GeoPackages
// (OGC 12-128r17, 2.1.3), which put a header before it.
//
// Bytes flow in and orb's geometries out, and back. A Reader takes what any program may
// have written: both byte orders, Z and M (which are dropped), SRIDs. It stands in the path
// of every load of a store, so it cuts all vertices from one arena that can be used again:
// a line costs no allocation but that of its interface, a polygon one for its list of rings.
//
// It does not judge whether a geometry is valid, or of a kind that somebody wants.
package wkb
