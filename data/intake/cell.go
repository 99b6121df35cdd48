package intake

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cuntu/cuntu/data/files/record"
	"github.com/cuntu/cuntu/layers"
)

// readCell makes a field's value of a cell, which is nil, bool, int64, float64 or
// string. set is false for a cell that says nothing; a cell that says Clear is set
// to null.
func readCell(f *layers.Field, c *Column, cell any) (v layers.Value, set bool, t *trouble) {
	text := ""
	switch cell := cell.(type) {
	case nil:
		return layers.Null, false, nil
	case bool:
		if f.Type == layers.TypeBool {
			return layers.Bool(cell), true, nil
		}
		text = strconv.FormatBool(cell)
	case int64:
		switch f.Type {
		case layers.TypeBool, layers.TypeInt, layers.TypeFloat:
			return readNumber(f, c, float64(cell))
		}
		text = strconv.FormatInt(cell, 10)
	case float64:
		switch f.Type {
		case layers.TypeBool, layers.TypeInt, layers.TypeFloat:
			return readNumber(f, c, cell)
		}
		text = strconv.FormatFloat(cell, 'f', -1, 64)
	case string:
		text = cell
	}
	return readText(f, c, text)
}

func readText(f *layers.Field, c *Column, text string) (v layers.Value, set bool, t *trouble) {
	text = strings.TrimSpace(narrowBut(f, text))
	if nothing(text) && !(text == "空" && f.ID == "name") { // somebody's name for what has no place
		return layers.Null, false, nil
	}
	if isNumber := f.Type == layers.TypeInt || f.Type == layers.TypeFloat || f.Type == layers.TypeYear; isNumber && record.NoNumber(text) {
		return layers.Null, false, noNumber()
	}
	if text == Clear {
		if f.Required {
			return layers.Null, false, bad(Missing, words("必填，不能清空", "is required and cannot be cleared"))
		}
		return layers.Null, true, nil
	}
	switch f.Type {
	case layers.TypeInt, layers.TypeFloat:
		n, t := parseNumber(f, c, text)
		if t != nil {
			return layers.Null, false, t
		}
		return inRange(f, n)
	case layers.TypeYear:
		v, t = readYear(text)
	case layers.TypeBool:
		v, t = readBool(text)
	case layers.TypeDate:
		v, t = readDate(text)
	case layers.TypeCode:
		v, t = readCode(text)
	default:
		return readChoice(f, squeeze(text))
	}
	return v, t == nil, t
}

// narrowBut narrows all texts but free ones, whose full-width signs may be meant.
func narrowBut(f *layers.Field, s string) string {
	if f.Type == layers.TypeText && len(f.Values) == 0 && f.ID != "name" {
		return s
	}
	return narrow(s)
}

func readNumber(f *layers.Field, c *Column, n float64) (layers.Value, bool, *trouble) {
	if f.Type == layers.TypeBool {
		if n == 0 || n == 1 {
			return layers.Bool(n == 1), true, nil
		}
		return layers.Null, false, notYesNo()
	}
	if record.NoNumber(strconv.FormatFloat(n, 'g', -1, 64)) {
		return layers.Null, false, noNumber()
	}
	return inRange(f, n*orOne(c.Factor))
}

func noNumber() *trouble {
	return told(NoValue, words("表示无效数值，按空处理", "stands for no number and is left out"))
}

func orOne(f float64) float64 {
	if f == 0 {
		return 1
	}
	return f
}

// inRange makes a number in the field's unit its value.
func inRange(f *layers.Field, n float64) (layers.Value, bool, *trouble) {
	if math.IsNaN(n) || math.IsInf(n, 0) || math.Abs(n) > 1e15 {
		return layers.Null, false, notNumber(f)
	}
	if f.Type == layers.TypeInt {
		whole := math.Round(n)
		if math.Abs(n-whole) > 1e-6*max(1, math.Abs(n)) {
			return layers.Null, false, bad(NotWhole, words("应为整数", "must be a whole number"))
		}
		n = whole
	} else {
		n = math.Round(n*1e9) / 1e9 // what conversion adds behind the digits written
	}
	if f.Min != nil && n < *f.Min || f.Max != nil && n > *f.Max {
		return layers.Null, false, outOfRange(f)
	}
	if f.Type == layers.TypeInt {
		return layers.Int(int64(n)), true, nil
	}
	return layers.Float(n), true, nil
}

func outOfRange(f *layers.Field) *trouble {
	unit := unitTitle(f.Unit)
	switch {
	case f.Max == nil:
		return bad(OutOfRange, layers.Words{Zh: fmt.Sprintf("应不小于 %v%s", *f.Min, unit), En: fmt.Sprintf("must be %v %s or more", *f.Min, f.Unit)})
	case f.Min == nil:
		return bad(OutOfRange, layers.Words{Zh: fmt.Sprintf("应不大于 %v%s", *f.Max, unit), En: fmt.Sprintf("must be %v %s or less", *f.Max, f.Unit)})
	}
	return bad(OutOfRange, layers.Words{
		Zh: fmt.Sprintf("应在 %v 到 %v%s 之间", *f.Min, *f.Max, unit),
		En: fmt.Sprintf("must be from %v to %v %s", *f.Min, *f.Max, f.Unit),
	})
}

func notNumber(f *layers.Field) *trouble {
	return bad(NotNumber, layers.Words{
		Zh: fmt.Sprintf("不是数字；可写 1200、1,200、0.12万，单位%s", orElse(unitTitle(f.Unit), "不限")),
		En: fmt.Sprintf("is not a number; allowed are 1200, 1,200, 0.12万 in %s", orElse(f.Unit, "no unit")),
	})
}

// parseNumber reads a number with thousands commas, 万 or 亿, and a unit, and gives
// it in the field's unit.
func parseNumber(f *layers.Field, c *Column, s string) (float64, *trouble) {
	if n, err := strconv.ParseFloat(s, 64); err == nil && s[len(s)-1] <= '9' {
		return n * orOne(c.Factor), nil
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "约"), "+")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == ',' || s[end] == '-' && end == 0) {
		end++
	}
	digits, ok := ungroup(s[:end])
	if !ok {
		return 0, notNumber(f)
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, notNumber(f)
	}
	rest := strings.TrimSuffix(strings.TrimSpace(s[end:]), "左右")
	if rest == "" {
		return n * orOne(c.Factor), nil
	}
	of := fieldMeasures[f.Unit].of
	if rest == "万" && of == money && orOne(c.Factor) == 1 && f.Unit == "wan_yuan" {
		return n, nil
	}
	if factor, ok := conversion(rest, f.Unit); ok {
		return n * factor, nil
	}
	multiple := 1.0
	for {
		if r, ok := strings.CutPrefix(rest, "万"); ok {
			multiple, rest = multiple*1e4, r
		} else if r, ok := strings.CutPrefix(rest, "亿"); ok {
			multiple, rest = multiple*1e8, r
		} else {
			break
		}
	}
	factor := orOne(c.Factor)
	if rest != "" {
		if factor, ok = conversion(rest, f.Unit); !ok {
			return 0, notNumber(f)
		}
	}
	return n * multiple * factor, nil
}

// ungroup takes commas out where they stand before groups of three digits.
func ungroup(s string) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, s != ""
	}
	whole, fraction, _ := strings.Cut(s, ".")
	groups := strings.Split(strings.TrimPrefix(whole, "-"), ",")
	for i, g := range groups {
		if i == 0 && (len(g) == 0 || len(g) > 3) || i > 0 && len(g) != 3 {
			return "", false
		}
	}
	out := strings.ReplaceAll(whole, ",", "")
	if fraction != "" {
		out += "." + fraction
	}
	return out, !strings.Contains(fraction, ",")
}

// readYear takes 2017, 2017年, 2017年5月, 2017-05-31, 2017/5/31 and 2017.5.
func readYear(s string) (layers.Value, *trouble) {
	s = withoutTime(s)
	if len(s) < 4 || strings.Trim(s[:4], "0123456789") != "" {
		return layers.Null, notYear()
	}
	year, _ := strconv.Atoi(s[:4]) // four digits
	rest := strings.TrimSpace(s[4:])
	for _, sign := range []string{"年", "月", "日", "底", "末", "初", "前", "-", "/", "."} {
		rest = strings.ReplaceAll(rest, sign, " ")
	}
	if strings.Trim(rest, "0123456789 ") != "" || rest != "" && rest[0] != ' ' || year < 1900 || year > 2100 {
		return layers.Null, notYear()
	}
	return layers.Int(int64(year)), nil
}

// withoutTime cuts the time of day off behind a date: 2017-05-31T08:00:00+08:00,
// 2017/5/31 8:00.
func withoutTime(s string) string {
	s = strings.TrimSpace(s)
	day, time, ok := strings.Cut(s, " ")
	if !ok {
		day, time, ok = strings.Cut(s, "T")
	}
	if ok && strings.Contains(time, ":") {
		return strings.TrimSpace(day)
	}
	return s
}

func notYear() *trouble {
	return bad(NotYear, words("不是年份；可写 2017 或 2017年，1900 到 2100", "is not a year; allowed are 2017 and 2017年, from 1900 to 2100"))
}

// readDate takes 2017-05-31, 2017/5/31, 2017.5.31, 2017年5月31日 and 20170531, a time of
// day behind it left out.
func readDate(s string) (layers.Value, *trouble) {
	day, _, _ := strings.Cut(withoutTime(s), " ")
	day = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(day)
	for _, form := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(form, day); err == nil && t.Year() >= 1900 && t.Year() <= 2100 {
			return layers.Text(t.Format(time.DateOnly)), nil
		}
	}
	return layers.Null, bad(NotDate, words("不是日期；可写 2017-05-31 或 2017年5月31日", "is not a day; allowed are 2017-05-31 and 2017年5月31日"))
}

func notYesNo() *trouble {
	return bad(NotYesNo, words("不是“是”或“否”；可写 是/否、有/无、√/×、1/0", "is neither yes nor no; allowed are 是/否, 有/无, √/×, 1/0, yes/no"))
}

func readBool(s string) (layers.Value, *trouble) {
	switch strings.ToLower(strings.Trim(s, "。.")) {
	case "是", "有", "√", "✓", "✔", "1", "1.0", "y", "yes", "true", "t", "对", "已通", "通", "达标", "合格", "已有", "已建", "已完成", "是的":
		return layers.Bool(true), nil
	case "否", "无", "×", "✗", "✘", "x", "0", "0.0", "n", "no", "false", "f", "错", "未通", "不通", "不达标", "未达标", "不合格", "没有", "未建", "未完成", "不是":
		return layers.Bool(false), nil
	}
	return layers.Null, notYesNo()
}

// readCode takes a division code, also as a number with zeros behind the point or
// a text with an apostrophe before it. Twelve digits that end in zeros are those of
// a county or town in the statistics bureau's form; refers decides.
func readCode(s string) (layers.Value, *trouble) {
	s = strings.TrimSuffix(strings.TrimPrefix(strings.ReplaceAll(s, " ", ""), "'"), ".0")
	if strings.ContainsAny(s, "eE") {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			return layers.Null, bad(LostDigits, words("代码成了科学计数，末位数字已丢失；请在 Excel 中把该列设为文本后重新填写",
				"the code is in scientific notation and has lost its last digits; make the column text in Excel and enter it again"))
		}
	}
	if n := len(s); n != 6 && n != 9 && n != 12 || strings.Trim(s, "0123456789") != "" {
		return layers.Null, bad(NotCode, words("不是区划代码；应为 6、9 或 12 位数字", "is not a division code of 6, 9 or 12 digits"))
	}
	return layers.Text(s), nil
}

// readChoice takes a text, which must be among the field's values where it has any:
// as stored, by title, or by a title that alone stands within what is written.
func readChoice(f *layers.Field, s string) (layers.Value, bool, *trouble) {
	if len(f.Values) == 0 {
		if f.Type == layers.TypeList {
			s = strings.Join(items(s), layers.ListSeparator)
		}
		return layers.Text(s), true, nil
	}
	if f.Type != layers.TypeList {
		return readOne(f, s)
	}
	var values []string
	var warning *trouble
	for _, item := range items(s) {
		v, _, t := readOne(f, item)
		if t != nil && !t.warning {
			return v, false, t
		}
		if t != nil {
			warning = t
		}
		values = append(values, v.Text())
	}
	return layers.Text(strings.Join(values, layers.ListSeparator)), true, warning
}

func items(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；|/ ", r) })
}

func readOne(f *layers.Field, s string) (layers.Value, bool, *trouble) {
	low := plain(s)
	// Concrete is of either binder, and with 路面 after it holds 土路, an earth road.
	stem := strings.ReplaceAll(low, "混凝土", "")
	near := -1
	for i, c := range f.Values {
		zh := plain(c.Title.Zh)
		if low == plain(c.Value) || low == zh || low == plain(c.Title.En) {
			return layers.Text(c.Value), true, nil
		}
		if len(stem) < len("建成") || !strings.Contains(stem, zh) && !strings.Contains(zh, stem) || denies(stem, zh) {
			continue
		}
		if near >= 0 {
			near = len(f.Values) // more than one
			break
		}
		near = i
	}
	if near >= 0 && near < len(f.Values) {
		c := f.Values[near]
		return layers.Text(c.Value), true,
			told(ReadAs, layers.Words{Zh: fmt.Sprintf("按“%s”处理", c.Title.Zh), En: fmt.Sprintf("is read as %s", c.Value)})
	}
	var zh, en []string
	for _, c := range f.Values {
		zh, en = append(zh, orElse(c.Title.Zh, c.Value)), append(en, c.Value)
	}
	return layers.Null, false, bad(NotChoice, layers.Words{
		Zh: fmt.Sprintf("不在允许值之内；可填：%s", strings.Join(zh, "、")),
		En: fmt.Sprintf("is not one of %s", strings.Join(en, ", ")),
	})
}

// denies tells whether what stands around a title takes it back: 未建成, 非沥青.
func denies(s, title string) bool {
	for _, no := range []string{"未", "非", "不", "无", "没", "待", "拟"} {
		if strings.Contains(s, no) != strings.Contains(title, no) {
			return true
		}
	}
	return false
}
