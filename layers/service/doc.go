// Package service declares what a village may have or lack: a road, safe water, broadband, … the exit from poverty.
//
// A service is declared once, in builtin.go, as a layer is: its titles, criteria, supplies, the plan's targets, and
// whether the overview counts it. Limits stand in rules.yaml, each with its source, and a file may change them. What
// data cannot say, such as that a road is unbroken, is a judge of package coverage that the declaration names. A
// service's state of a village is a derived field of the village layer, cov_ and the service's id.
//
// Declarations and rules flow out; it judges nothing and knows no snapshot.
package service
