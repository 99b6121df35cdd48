// Package relocation plans who moves where: it assigns the people who are to move, village by
// village, to sites over the roads.
//
// A snapshot, its road network, the sizes of settlements with what each must have and costs
// (classes.yaml), and an Ask flow in. Out flows a Plan: within capacities, minutes and
// areas, for the least person-minutes and cost, with a proven bound, who is left over and
// why; or an Infeasible that names what cannot be met. A Scenario is a plan that was kept;
// Compare says who another plan affects.
//
// It does not judge places, which is package siting's; how facilities are located is package
// location's, which knows nothing of villages.
package relocation
