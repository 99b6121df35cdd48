package questions

import "strconv"

// All is every question.
func All() []*Question {
	return []*Question{
		listCoverage(), summariseCoverage(), listCritical(), coverageStates(), villageDossier(),
		near(), nearMany(), route(), catchment(),
		makeProgramme(), whatIf(), showProgress(), villageExit(),
		summarise(), listAreas(), locate(), search(),
	}
}

func quote(s string) string { return strconv.Quote(s) }

// wholeNumber is a text as a whole number.
func wholeNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
