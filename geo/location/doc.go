// Package location solves facility location on a matrix of costs: p-median, fixed
// opening costs, maximal covering, p-center and set covering, each with capacities
// in two units or without, whole clients or split ones.
//
// A Problem of clients, sites and the distances between them flows in; a Solution
// with its objective, a proven bound and the gap flows out, or an Infeasible that
// says which constraint cannot be met and by how much. It knows nothing of maps,
// villages or roads.
//
// # Methods
//
// Without capacities the assignment constraints are relaxed (Lagrange) and the
// multipliers found by subgradients; each set of sites that a relaxation opens is
// improved by interchange (Resende and Werneck 2007); reduced costs fix sites open
// or closed; what remains is branched on. Covering and set covering are the same
// model with costs of nought, p-center is a search over the distances with a set
// covering problem at each.
//
// With capacities the relaxation leaves a knapsack a site. Solutions come from
// ruin and recreate over neighbouring sites, with shifts, swaps and moved sites in
// between. Split clients take part in a linear programme over the open sites.
//
// # Same input, same answer
//
// Every search stops after a number of steps that depends on the problem alone, and
// random choices come from the seed. Two runs that end before their time limit give
// the same solution on any machine.
package location
