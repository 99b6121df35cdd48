// Package guide leads an office from an empty store to its own map: which data come first, what each asks for, and what the
// map can answer once they are there.
//
// A snapshot, as its reader may see it, and the services flow in; steps with how far each is, and questions with what each
// still lacks, flow out. Steps and questions are declared, not coded; what a service asks for, its own declaration says.
// Nothing is kept from anybody: any order of the steps will do.
package guide
