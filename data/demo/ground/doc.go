// Package ground makes the demo's ground: heights that water has worn, down the courses that
// are known, and the rivers that run on them.
//
// What is real and a seed flow in; heights, flows and rivers come out, the same for the same
// seed on any machine. Nobody lives here yet.
package ground
