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
//
// # After an edit
//
// A Cache makes the result of a year from the one before. Places that are as they were keep what was found of them but for
// those near roads that changed, or on roads that lead to a seat now and did not before or the other way round, in counties
// whose seats lie otherwise, and those far from any road whose nearest one may be another. Where areas, seats, rules or the
// year of the survey are other ones, all is judged anew. Either way the result is the one that Compute makes of the snapshot
// alone: a property test edits all layers at random and compares all that results say. Ways out are found for a county when
// one of its villages is asked for.
package coverage
