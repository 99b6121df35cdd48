// Package programme makes programmes of works: which stretches of road to harden, which
// waterworks to join and along which roads to lay fibre, in which order, so that the
// most people gain the most for each kilometre or yuan.
//
// Who lacks what flows in, as coverage found it; an ordered list of works with running
// totals flows out, with what is proven of it: how much cheaper any programme for all
// these villages could be, or how many people more any within the budget could serve.
// Apply puts works into a copy of a snapshot, so that coverage tells what they change.
//
// # Roads
//
// A hardened road costs nothing, so what hangs together by hardened roads is one node; an
// unhardened one costs its length or its money. A village is joined once the hardened
// road comes to where a road within reach passes it nearest, and leads to its county seat
// unbroken: coverage then says reached, for it asks no more. Where no road within reach
// leads on to the seat at all, a new link may be built, straight to the nearest road that
// does, longer by a detour and marked as new. The cheapest set for all is a Steiner tree
// (geo/steiner); that for a budget is sought among the trees in which a village left out
// costs a price for each of its people. The grade that roads to towns are to have is no
// part of it.
//
// # Water
//
// Each village is joined to one works that has room for all its people, by a pipe of its
// own: the generalised assignment problem. Most people come before short pipes. The bound
// is Lagrange's, with the villages' prices as multipliers and a knapsack for each works;
// with a budget, people who are left out cost a price besides.
//
// # Order
//
// Works stand in the order in which, of all orders of the same set, people gain the most
// over the course of the programme (Horn 1972). Works that need each other's roads are
// built once and counted once.
//
// # Numbers
//
// What works cost is taken from the road's own record, shared out by length, or from the
// rules by its class; which of the two is told. Lengths are metres on the ellipsoid.
package programme
