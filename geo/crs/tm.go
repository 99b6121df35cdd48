package crs

import "math"

// ellipsoid is a figure of the Earth: semi-major axis in metres, inverse
// flattening.
type ellipsoid struct{ a, rf float64 }

func (e ellipsoid) f() float64  { return 1 / e.rf }
func (e ellipsoid) e2() float64 { return e.f() * (2 - e.f()) }

// tmParams are the five parameters of EPSG method 9807, Transverse Mercator, in
// degrees and metres. Gauss-Krüger is the same with a scale of 1.
type tmParams struct {
	lat0, lon0, k0, fe, fn float64
}

// tm is a transverse Mercator projection by Krüger's series, extended to the
// sixth order of the third flattening n: C. F. F. Karney, "Transverse Mercator
// with an accuracy of a few nanometers", J. Geodesy 85 (2011), equations 7–36.
// Its truncation error is 5 nm within 35° of the central meridian.
type tm struct {
	tmParams
	ecc         float64
	radius      float64 // k0 times the radius of the rectifying sphere, metres
	alpha, beta [6]float64
	fn0         float64 // false northing less the northing of lat0
}

// series are the coefficients of n^(row+1) … n^6 of Karney's α (35) and β (36).
func series(n float64, rows [6][]float64) (out [6]float64) {
	for j, row := range rows {
		sum := 0.
		for k := len(row) - 1; k >= 0; k-- {
			sum = sum*n + row[k]
		}
		out[j] = sum * math.Pow(n, float64(j+1))
	}
	return out
}

func newTM(e ellipsoid, p tmParams) *tm {
	n := e.f() / (2 - e.f())
	n2 := n * n
	t := &tm{tmParams: p, ecc: math.Sqrt(e.e2())}
	t.radius = p.k0 * e.a / (1 + n) * (1 + n2/4 + n2*n2/64 + n2*n2*n2/256)
	t.alpha = series(n, [6][]float64{
		{1. / 2, -2. / 3, 5. / 16, 41. / 180, -127. / 288, 7891. / 37800},
		{13. / 48, -3. / 5, 557. / 1440, 281. / 630, -1983433. / 1935360},
		{61. / 240, -103. / 140, 15061. / 26880, 167603. / 181440},
		{49561. / 161280, -179. / 168, 6601661. / 7257600},
		{34729. / 80640, -3418889. / 1995840},
		{212378941. / 319334400},
	})
	t.beta = series(n, [6][]float64{
		{1. / 2, -2. / 3, 37. / 96, -1. / 360, -81. / 512, 96199. / 604800},
		{1. / 48, 1. / 15, -437. / 1440, 46. / 105, -1118711. / 3870720},
		{17. / 480, -37. / 840, -209. / 4480, 5569. / 90720},
		{4397. / 161280, -11. / 504, -830251. / 7257600},
		{4583. / 161280, -108847. / 3991680},
		{20648693. / 638668800},
	})
	t.fn0 = p.fn
	if p.lat0 != 0 {
		_, north := t.forward(p.lon0, p.lat0)
		t.fn0 = 2*p.fn - north
	}
	return t
}

// conformal is the tangent of the conformal latitude for the tangent of the
// geographic one (7–9).
func (t *tm) conformal(tau float64) float64 {
	h := math.Hypot(1, tau)
	sigma := math.Sinh(t.ecc * math.Atanh(t.ecc*tau/h))
	return tau*math.Hypot(1, sigma) - sigma*h
}

// geographic undoes conformal by Newton's method (19–21), which converges to
// the last bit in two or three steps.
func (t *tm) geographic(conf float64) float64 {
	e2m := 1 - t.ecc*t.ecc
	tau := conf / e2m
	if math.Abs(conf) > 70 { // beyond 89.2°, where the first guess should be closer
		tau = conf * math.Exp(t.ecc*math.Atanh(t.ecc))
	}
	for range 8 {
		c := t.conformal(tau)
		step := (conf - c) / math.Hypot(1, c) * (1 + e2m*tau*tau) / (e2m * math.Hypot(1, tau))
		tau += step
		if !(math.Abs(step) > 1e-16*max(1, math.Abs(tau))) {
			break
		}
	}
	return tau
}

// forward gives easting and northing in metres for degrees.
func (t *tm) forward(lon, lat float64) (east, north float64) {
	conf := t.conformal(math.Tan(lat * radians))
	sinLon, cosLon := math.Sincos(math.Remainder(lon-t.lon0, 360) * radians)
	xi := math.Atan2(conf, cosLon)
	eta := math.Asinh(sinLon / math.Hypot(conf, cosLon))
	dXi, dEta := wobble(&t.alpha, xi, eta)
	return t.fe + t.radius*(eta+dEta), t.fn0 + t.radius*(xi+dXi)
}

// inverse gives degrees for easting and northing in metres.
func (t *tm) inverse(east, north float64) (lon, lat float64) {
	xi, eta := (north-t.fn0)/t.radius, (east-t.fe)/t.radius
	dXi, dEta := wobble(&t.beta, xi, eta)
	xi, eta = xi-dXi, eta-dEta
	sinXi, cosXi := math.Sincos(xi)
	sinhEta := math.Sinh(eta)
	tau := t.geographic(sinXi / math.Hypot(sinhEta, cosXi))
	lon = math.Remainder(math.Atan2(sinhEta, cosXi)/radians+t.lon0, 360)
	return lon, math.Atan(tau) / radians
}

// wobble is the sum of the series: Σ c_j sin 2j(ξ+iη), real and imaginary part,
// by Clenshaw's recurrence in complex numbers.
func wobble(c *[6]float64, xi, eta float64) (dXi, dEta float64) {
	sin, cos := math.Sincos(2 * xi)
	sinh, cosh := math.Sinh(2*eta), math.Cosh(2*eta)
	twoCos := complex(2*cos*cosh, -2*sin*sinh)
	var b1, b2 complex128
	for j := 5; j >= 0; j-- {
		b1, b2 = twoCos*b1-b2+complex(c[j], 0), b1
	}
	s := b1 * complex(sin*cosh, cos*sinh)
	return real(s), imag(s)
}
