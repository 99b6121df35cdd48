// Package crs knows the coordinate reference systems that Chinese planning data
// come in and moves places between them and degrees of WGS 84.
//
// A system is found by EPSG code or name (Parse) or by the text of a .prj file
// (FromWKT). Where a file says nothing, Propose looks at its numbers and gives
// candidates, each with a reason, for a person to choose from: nothing is ever
// chosen silently.
//
// Points are orb.Points in the order of files and of GIS programs: x is the
// longitude or easting, y the latitude or northing, whatever order the EPSG
// registry or Chinese surveying (X north, Y east) states. Degrees are decimal.
//
// Three sorts of system, by what can be promised of them (Accuracy, Warning):
//
//   - exact ones: WGS 84, CGCS2000, their Gauss-Krüger and UTM projections, and
//     Web Mercator, calculated to well below a millimetre. CGCS2000 is WGS 84 at
//     the epoch of 2000; plate motion makes that a metre at most today.
//   - old datums, Beijing 1954 and Xian 1980, for which the state publishes no
//     parameters. A stated default is used, and a county's own parameters can be
//     given (WithShift, or "EPSG:2361+towgs84=dx,dy,dz,rx,ry,rz,ppm").
//   - the pseudo-datums of web maps, GCJ-02 and BD-09, by the public formulae.
//
// It never reads a file and never asks a network.
package crs
