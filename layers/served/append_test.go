package served

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestRoundedNumbersAreThoseOfStrconv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := (r.Float64() - .5) * math.Pow(10, float64(r.IntN(9)))
		for _, decimals := range []int64{1, 100, DegreeDigits} {
			want := strconv.FormatFloat(math.Round(v*float64(decimals))/float64(decimals), 'f', -1, 64)
			if want == "-0" {
				want = "0"
			}
			if got := string(AppendRounded(nil, v, decimals)); got != want {
				t.Fatalf("%v to 1/%d is %s, want %s", v, decimals, got, want)
			}
		}
	}
	for v, want := range map[float64]string{0: "0", 110: "110", -0.5: "-0.5", 109.00000001: "109.00000001", math.Inf(1): "+Inf"} {
		if got := string(AppendRounded(nil, v, DegreeDigits)); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}
