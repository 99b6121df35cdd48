package demo

// The prefecture's plan, in the numbers that the demo's villages add up to. Now
// is the end of 2017.
const (
	thisYear = 2017

	plannedPoor  = 489_000 // registered in 2016
	plannedMoves = 261_200 // people to relocate
	plannedRural = 1_950_000
)

// PeopleOut is how many registered poor are to leave poverty in each year. The
// plan's parts sum to 490,000 and its total reads 489,000, since it rounds each
// for itself; both are kept as they stand, the parts as yearly targets and the
// total as the sum of the villages' registered poor.
func PeopleOut() map[int]int {
	return map[int]int{2016: 133_000, 2017: 139_000, 2018: 129_000, 2019: 63_000, 2020: 26_000}
}

// VillagesOut is how many poverty villages are to exit in each year.
func VillagesOut() map[int]int { return map[int]int{2016: 258, 2017: 289, 2018: 152} }

// countyPlan is what a county contributes.
type countyPlan struct {
	poverty  int // villages
	exitYear int
	income   int // of rural people, yuan a head, 2017; made up
}

var countyPlans = map[string]countyPlan{
	"611002": {154, 2019, 8930},
	"611021": {132, 2019, 8870},
	"611022": {86, 2020, 8720},
	"611023": {67, 2018, 9060},
	"611024": {128, 2020, 8790},
	"611025": {90, 2019, 8980},
	"611026": {42, 2018, 9110},
}

// provinceIncome is the disposable income of rural people in Shaanxi in 2017, yuan
// a head, as the province published it.
const provinceIncome = 10265

// exitYears splits each county's poverty villages over the years so that both the
// counties' and the years' totals come out.
func exitYears(poverty []int) [][3]int {
	weights := make([]float64, len(poverty))
	for i, n := range poverty {
		weights[i] = float64(n)
	}
	out := VillagesOut()
	first, last := apportion(out[2016], weights), apportion(out[2018], weights)
	years := make([][3]int, len(poverty))
	for i, n := range poverty {
		years[i] = [3]int{first[i], n - first[i] - last[i], last[i]}
	}
	return years
}

// cityName is the prefecture of all counties.
const cityName = "商洛市"
