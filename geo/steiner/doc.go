// Package steiner finds the cheapest tree that joins a root with terminals, and proves
// how far from the cheapest it can be.
//
// A graph with whole costs flows in, a tree and a lower bound flow out. A terminal may
// be left out for a penalty, so that the same search answers which of them are worth
// their cost (the prize-collecting problem); an edge may be open one way alone, so that
// a terminal that several nodes would serve is a node of its own into which edges lead
// from them all (the group problem). It knows nothing of roads.
//
// # Method
//
// A penalty is an edge from the root. The graph is shrunk where it is sure that nothing
// is lost: dead ends go, chains become one edge. Then rounds of
//
//   - the dual ascent of Wong (1984) on the directed cut formulation, for the bound: each
//     step raises the price of a cut that separates the root from a terminal until an arc
//     of it is paid for. Small cuts go first, as Poggi de Aragão, Uchoa and Werneck (2001)
//     have it;
//   - trees grown over the arcs paid for and over all, by the heuristic of Takahashi and
//     Matsuyama (1980), spanned and pruned by their exact optimum on the tree;
//   - local search: each node of the tree is forbidden, each path of it between its
//     branches and terminals is cut, each other node is tried in it;
//   - the removal of every arc that, by the prices, no cheaper tree can use,
//
// until the bound meets the tree or nothing is removed any more. A gap that is left is
// closed, where it can be, by deciding of one node after the other whether the tree
// passes it. All is deterministic.
package steiner
