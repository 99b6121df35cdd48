package location

import (
	"math"
	"math/rand/v2"
	"slices"
)

// ruin is a search among packings by ruin and recreate: the clients of a few
// neighbouring sites are taken out, one of the sites perhaps replaced, and the
// clients put back. Worse packings are accepted within a margin that shrinks to
// nothing, so that a search can leave a valley.
type ruin struct {
	run  *run
	m    *model
	p    *packing
	rand *rand.Rand
	best float64
	at   []int32 // of the best
	open []bool
	work int

	sites, clients []int32
	was            []int32
	turned         []int32
	mark           []int32
	stamp          int32
}

func newRuin(run *run, m *model) *ruin {
	return &ruin{
		run: run, m: m, p: newPacking(m), rand: rand.New(rand.NewPCG(run.options.Seed, 1)),
		best: math.Inf(1), at: make([]int32, m.clients), open: make([]bool, m.sites), mark: make([]int32, m.sites),
	}
}

// begin makes a packing on a set of open sites.
func (r *ruin) begin(open []bool) {
	p := r.p
	all := make([]int32, r.m.clients)
	for i := range all {
		all[i] = int32(i)
		p.move(int32(i), -1)
	}
	var sites []int32
	for j, o := range open {
		p.turn(int32(j), o)
		if o {
			sites = append(sites, int32(j))
		}
	}
	if len(sites) == 0 {
		r.keep()
		return
	}
	for _, heavy := range []float64{0, 0.5, 1} {
		for _, i := range all {
			p.move(i, -1)
		}
		p.insert(all, sites, heavy)
		r.polishNear()
		r.keep()
	}
	r.restore()
}

// polishNear shifts and swaps over all clients, each among its nearest open sites.
func (r *ruin) polishNear() {
	var near []int32
	for i := range int32(r.m.clients) {
		if r.run.over() {
			return
		}
		near = r.near(near[:0], i, 6)
		one := [1]int32{i}
		r.work += r.p.polish(one[:], near)
	}
}

// near lists the cheapest open sites of a client.
func (r *ruin) near(list []int32, i int32, n int) []int32 {
	m := r.m
	for a := m.start[i]; a < m.start[i+1] && len(list) < n; a++ {
		if j := m.site[a]; r.p.open[j] {
			list = append(list, j)
		}
	}
	return list
}

func (r *ruin) keep() {
	if r.p.value < r.best-slack(r.best) || math.IsInf(r.best, 1) {
		r.best = r.p.value
		copy(r.at, r.p.at)
		copy(r.open, r.p.open)
	}
}

func (r *ruin) restore() {
	for i := range r.at {
		r.p.move(int32(i), -1)
	}
	for j, o := range r.open {
		r.p.turn(int32(j), o)
	}
	for i, j := range r.at {
		r.p.move(int32(i), j)
	}
	r.p.value = r.recount()
	r.best = r.p.value
}

// recount is the value anew, without what rounding has gathered.
func (r *ruin) recount() float64 {
	sum := 0.0
	for j, o := range r.p.open {
		if o {
			sum += r.m.opening[j]
		}
	}
	for i, j := range r.p.at {
		sum += r.p.cost(int32(i), j)
	}
	return sum
}

// cooling is how many times e the margin shrinks in a search.
const cooling = 5

// search goes on until a budget of work is spent or the best is no dearer than
// enough. Work counts looks at a cost.
func (r *ruin) search(budget int, margin float64, enough func(best float64) bool) {
	if r.m.clients == 0 || math.IsInf(r.best, 1) {
		return
	}
	from := r.work
	current := r.p.value
	for step := 0; ; step++ {
		spent := float64(r.work-from) / float64(budget)
		if spent >= 1 || enough(r.best) {
			break
		}
		if step&31 == 0 && r.run.over() {
			break
		}
		r.step()
		served := current
		if r.m.must > 0 {
			served = math.Mod(current, r.m.must)
		}
		allowed := margin * math.Exp(-cooling*spent) * served / float64(r.m.clients)
		// Minus the logarithm of a uniform number makes this the rule of annealing.
		if r.p.value <= current+allowed*r.rand.ExpFloat64() {
			current = r.p.value
			if current < r.best-slack(r.best) {
				r.keep()
			}
		} else {
			r.undo()
			r.p.value = current
		}
		if step&4095 == 4095 {
			r.p.value = r.recount()
			current = r.p.value
		}
	}
	r.restore()
}

// step takes out the clients of some neighbouring sites and puts them back.
func (r *ruin) step() {
	m, p := r.m, r.p
	seed := int32(r.rand.IntN(m.clients))
	r.sites = r.near(r.sites[:0], seed, 2+r.rand.IntN(4))
	if p.at[seed] >= 0 && !slices.Contains(r.sites, p.at[seed]) {
		r.sites = append(r.sites, p.at[seed])
	}
	r.clients, r.was, r.turned = r.clients[:0], r.was[:0], r.turned[:0]
	if p.at[seed] < 0 {
		r.clients = append(r.clients, seed)
	}
	for _, j := range r.sites {
		r.clients = append(r.clients, p.members[j]...)
	}
	kind := r.rand.IntN(8)
	if kind > 0 {
		r.turnSites(seed)
	}
	slices.Sort(r.clients)
	for _, i := range r.clients {
		r.was = append(r.was, p.at[i])
	}
	for _, i := range r.clients {
		p.move(i, -1)
	}
	r.work += len(r.clients)*(2*len(r.sites)+4) + 20
	if len(r.sites) == 0 {
		return
	}
	p.insert(r.clients, r.sites, [...]float64{0, 0, 0.5, 1}[r.rand.IntN(4)])
	r.work += p.polish(r.clients, r.sites)
	if kind&1 == 0 {
		r.settle()
		r.work += p.polish(r.clients, r.sites)
	}
}

// turnSites opens a site near a client, or closes one, or both.
func (r *ruin) turnSites(seed int32) {
	m, p := r.m, r.p
	shut, opened := int32(-1), int32(-1)
	if n := len(r.sites); n > 0 {
		if j := r.sites[r.rand.IntN(n)]; m.fixed[j] == Free {
			shut = j
		}
	}
	around := seed
	if n := len(r.clients); n > 0 && r.rand.IntN(2) == 0 {
		around = r.clients[r.rand.IntN(n)]
	}
	// The nearer a closed site is, the more often it is taken.
	skip := int(r.rand.ExpFloat64() * 4)
	for a := m.start[around]; a < m.start[around+1]; a++ {
		r.work++
		if j := m.site[a]; !p.open[j] && m.fixed[j] == Free {
			opened = j
			if skip--; skip < 0 {
				break
			}
		}
	}
	free := p.count < m.most
	switch r.rand.IntN(6) {
	case 0:
		if free {
			shut = -1
		}
	case 1:
		if shut >= 0 {
			opened = -1
		}
	}
	if opened >= 0 && shut < 0 && !free {
		return
	}
	if shut >= 0 {
		p.turn(shut, false)
		r.turned = append(r.turned, shut)
		r.sites = slices.DeleteFunc(r.sites, func(j int32) bool { return j == shut })
	}
	if opened >= 0 {
		p.turn(opened, true)
		r.turned = append(r.turned, opened)
		r.sites = append(r.sites, opened)
	}
	if shut >= 0 && len(r.sites) < 2 {
		// Somewhere to go for the clients of what is closed.
		for _, j := range r.near(nil, around, 3) {
			if !slices.Contains(r.sites, j) {
				r.sites = append(r.sites, j)
				r.clients = append(r.clients, p.members[j]...)
			}
		}
	}
}

// settle moves each of the sites at hand to where its clients want it.
func (r *ruin) settle() {
	m, p := r.m, r.p
	for n, j := range r.sites {
		members := p.members[j]
		if m.fixed[j] != Free || len(members) == 0 {
			continue
		}
		now := m.opening[j]
		for _, i := range members {
			now += p.cost(i, j)
		}
		r.stamp++
		to, best := int32(-1), now-slack(now)
		tries := min(len(members), 12)
		first := r.rand.IntN(len(members))
		for t := range tries {
			i := members[(first+t)%len(members)]
			for a, looked := m.start[i], 0; a < m.start[i+1] && looked < 3; a++ {
				k := m.site[a]
				looked++
				if p.open[k] || m.fixed[k] != Free || r.mark[k] == r.stamp || !fits(p.load[j], Load{}, m.capacity[k]) {
					continue
				}
				r.mark[k] = r.stamp
				sum := m.opening[k]
				for _, i := range members {
					if sum += p.cost(i, k); sum >= best {
						break
					}
				}
				r.work += len(members)
				if sum < best {
					to, best = k, sum
				}
			}
		}
		if to < 0 {
			continue
		}
		p.turn(j, false)
		p.turn(to, true)
		r.turned = append(r.turned, j, to)
		for len(p.members[j]) > 0 {
			p.move(p.members[j][0], to)
		}
		r.sites[n] = to
	}
}

func (r *ruin) undo() {
	p := r.p
	for _, i := range r.clients {
		p.move(i, -1)
	}
	for n := len(r.turned) - 1; n >= 0; n-- {
		j := r.turned[n]
		p.turn(j, !p.open[j])
	}
	for n, i := range r.clients {
		p.move(i, r.was[n])
	}
}
