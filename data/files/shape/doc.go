// Package shape makes geometries of what files hold: rings in any order, well-known text
// and binary, and tells those that no reader should pass on.
//
// Vertices and texts flow in and orb's geometries flow out, in the file's own
// coordinates. It opens no file, and does not judge whether a polygon is valid: the
// importer does.
package shape
