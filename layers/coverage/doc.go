// Package coverage tells which villages have what they need, which lack it and
// why: roads, water, broadband and other services, and the checklist by which a
// poverty village exits.
//
// A snapshot, its road network, rules and a year flow in; a state for every
// village and service flows out, in columns by village, with the evidence of any
// of them on demand: each criterion with what was measured, what was asked and
// where that is written. Roll-ups by town, county and prefecture hold these
// against the plan's targets. It never guesses: what is not on record is unknown
// and passes nowhere, and a share that the unknown could tip either way is
// unknown too.
//
// # Years
//
// What is complete by the year asked for counts as existing. The measured fields
// of villages stand for one year, that of the records; a village whose works are
// planned for later has its water or fibre from that year on by the plan alone,
// which its evidence says.
package coverage
