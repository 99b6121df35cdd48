// Package parcel divides areas into parcels around given places, without gaps and without overlaps: parcels that lie side by
// side share every vertex of what is between them, and together they have all vertices of the area's own outline and no others
// on it.
//
// Outlines in degrees, places and the cost of a step over the ground flow in; polygons in degrees flow out. It knows of no
// counties, towns or villages.
package parcel
