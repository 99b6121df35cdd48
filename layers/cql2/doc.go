// Package cql2 filters a layer's features by conditions in CQL2 text (OGC 21-065r2):
//
//	poverty = TRUE AND poor_population >= 100 AND county IN ('611026', '611025')
//	CASEI(name) LIKE '%店子%' AND S_INTERSECTS(geometry, BBOX(109.9, 33.8, 110, 33.9))
//
// A text flows in through Parse, or JSON through ParseJSON, which translates it; Bind checks the expression against a table, and the
// Filter that comes out tells of each row whether it matches. An expression's String is
// the same however its text was spaced and its keywords were written, so it can be the
// key of a cache. The package knows nothing of HTTP or SQL and keeps no state.
//
// It has comparisons, AND, OR and NOT, BETWEEN, IN, LIKE (% and _, escaped by a
// backslash), IS NULL, arithmetic (+ - * / % div ^), CASEI and ACCENTI, DATE and
// TIMESTAMP, the spatial functions S_INTERSECTS, S_DISJOINT, S_WITHIN, S_CONTAINS,
// S_EQUALS, S_TOUCHES, S_CROSSES and S_OVERLAPS, geometry in WKT and BBOX, and for fields
// that are lists A_CONTAINS, A_CONTAINEDBY, A_EQUALS and A_OVERLAPS. A property is
// a field of the layer, id, or geometry, which is known as geom too. Names that are no words of CQL2 stand as they
// are, in any script; others in double quotes.
//
// A missing value makes a condition neither true nor false (clause 6.2): such a row
// matches neither the condition nor its negation. Texts compare by code point. A date
// that is compared with a year stands for its calendar year. Geometry is in degrees of
// WGS 84 or in the System that ParseIn is given, rounded to the grid that features stand on, and its edges are straight on the
// Mercator map, as theirs are.
package cql2
