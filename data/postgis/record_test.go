package postgis_test

import (
	"strings"
	"testing"
)

func TestNoProgramOverwritesARecord(t *testing.T) {
	hand := psql(t, migrated(t))
	if _, err := hand.Exec(t.Context(),
		`INSERT INTO cuntu.exit_step (village, step, date, by) VALUES ('611002001201', 'planned', '2016-03-01', '甲局')`); err != nil {
		t.Fatal(err)
	}
	for sql, says := range map[string]string{
		`UPDATE cuntu.exit_step SET by = '乙局'`: "is a record",
		`INSERT INTO cuntu.exit_step (village, step, date, by) VALUES ('611002001201', 'planned', '2016-13-01', '甲局')`: "exit_step_date_allowed",
	} {
		if _, err := hand.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if by := scan[string](t, hand, `SELECT by FROM cuntu.exit_step`); by != "甲局" {
		t.Errorf("by %s", by)
	}
	if _, err := hand.Exec(t.Context(), `DELETE FROM cuntu.exit_step`); err != nil {
		t.Errorf("taking an import back: %v", err)
	}
}
