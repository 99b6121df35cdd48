package template

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/cuntu/cuntu/layers"
)

// column is a column of the sheet, and what is said of it.
type column struct {
	heading string
	must    bool
	holds   layers.FieldType
	choices []string // all that is allowed, where not empty
	low     *float64
	high    *float64
	digits  []int // that a code may have
	kind    string
	allowed string
	unit    string
	secrecy string
	example string
	other   string // headings that are known again too
	short   string // what a shapefile calls it; "" where it has none
	area    string // the level of the areas that it names; "" for none
	listed  string // where in the book the names of those stand that the map has; "" for nowhere
}

// fieldColumn is the column of a layer's field.
func fieldColumn(l *layers.Layer, f *layers.Field, short string) column {
	c := column{
		heading: f.Heading().Zh,
		must:    f.Required,
		holds:   f.Type,
		low:     f.Min,
		high:    f.Max,
		unit:    layers.UnitWords(f.Unit).Zh,
		secrecy: secrecies[f.Secrecy],
		example: exampleOf(l, f),
		other:   strings.Join(f.Headings, "、"),
		short:   short,
		area:    f.Ref,
	}
	if f.Required {
		c.heading += "*"
	}
	for _, choice := range f.Values {
		c.choices = append(c.choices, choice.Title.Zh)
	}
	if f.Type == layers.TypeBool {
		c.choices = []string{"是", "否"}
	}
	if f.Type == layers.TypeYear {
		low, high := 1900.0, 2100.0
		c.low, c.high = &low, &high
	}
	c.digits = digitsOf(l, f)
	c.kind, c.allowed = kinds[f.Type], c.allow(f)
	return c
}

// degreeColumn is a column of coordinates.
func degreeColumn(heading, axis, example string, low, high float64) column {
	return column{
		heading: heading, holds: layers.TypeFloat, low: &low, high: &high, unit: "度", secrecy: secrecies[layers.Open], example: example,
		kind: axis + "，十进制度", allowed: fmt.Sprintf("%g 到 %g；也可写 109°56′12″ 的形式", low, high),
	}
}

var kinds = map[layers.FieldType]string{
	layers.TypeText:  "文字",
	layers.TypeCode:  "区划代码",
	layers.TypeList:  "文字，几项之间用逗号隔开",
	layers.TypeInt:   "整数",
	layers.TypeFloat: "数字",
	layers.TypeBool:  "是或否",
	layers.TypeYear:  "年份",
	layers.TypeDate:  "日期",
}

var secrecies = map[layers.Secrecy]string{layers.Open: "公开", layers.Internal: "内部", layers.Sensitive: "敏感（涉及个人）"}

// The made-up places of examples have codes that no province begins with.
var examples = map[string]string{"county": "990101", "town": "990101100", "village": "990101100201"}

// digitsOf are those that a code in a field may have; nil where the field holds no code.
func digitsOf(l *layers.Layer, f *layers.Field) []int {
	if f.Type != layers.TypeCode {
		return nil
	}
	if code, ok := examples[areaOf(l, f)]; ok {
		return []int{len(code)}
	}
	return []int{6, 9, 12}
}

// areaOf is the level of area whose codes a field holds, "" for any.
func areaOf(l *layers.Layer, f *layers.Field) string {
	if f.ID == "code" && l.Level != "" {
		return l.Level
	}
	return f.Ref
}

func exampleOf(l *layers.Layer, f *layers.Field) string {
	switch {
	case f.Example != "":
		return f.Example
	case len(f.Values) > 0:
		return f.Values[0].Title.Zh
	}
	switch f.Type {
	case layers.TypeCode:
		if code, ok := examples[areaOf(l, f)]; ok {
			return code
		}
		return examples["county"]
	case layers.TypeBool:
		return "是"
	case layers.TypeYear:
		return "2018"
	case layers.TypeDate:
		return "2018-05-31"
	}
	return ""
}

// allow says what is allowed.
func (c *column) allow(f *layers.Field) string {
	switch {
	case f.Ref != "":
		return fmt.Sprintf("%s，或库中已有的名称", c.codeText())
	case c.digits != nil:
		return c.codeText()
	case f.Type == layers.TypeDate:
		return "2018-05-31 或 2018年5月31日"
	case len(c.choices) > 0:
		return strings.Join(c.choices, "、")
	case c.low != nil && c.high != nil:
		return fmt.Sprintf("%g 到 %g", *c.low, *c.high)
	case c.low != nil:
		return fmt.Sprintf("%g 或更大", *c.low)
	}
	return "不限"
}

func (c *column) codeText() string {
	list := make([]string, len(c.digits))
	for i, n := range c.digits {
		list[i] = strconv.Itoa(n)
	}
	return strings.Join(list, "、") + " 位数字"
}

// width is that of the column, in digits.
func (c *column) width() float64 {
	widest := max(utf8.RuneCountInString(c.heading)*2+2, utf8.RuneCountInString(c.example)+4, 10)
	return float64(min(widest, 32))
}

// addRule adds the list to choose from, or the rule, and what a cell says of itself when it is chosen.
func (c *column) addRule(book *excelize.File, sheet, name string) error {
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(fmt.Sprintf("%[1]s2:%[1]s%d", name, filled+1))
	if err := c.limit(rule, name); err != nil {
		return err
	}
	rule.SetInput(shorten(c.heading, 30), shorten(c.hint(), 240))
	if c.listed != "" { // a code, or a new area's, may be written all the same
		return book.AddDataValidation(sheet, rule)
	}
	rule.SetError(excelize.DataValidationErrorStyleStop, "此格填写有误", shorten(c.kind+"："+c.allowed, 220))
	return book.AddDataValidation(sheet, rule)
}

// limit refuses what the import would refuse.
func (c *column) limit(rule *excelize.DataValidation, name string) error {
	between, least := excelize.DataValidationOperatorBetween, excelize.DataValidationOperatorGreaterThanOrEqual
	number := excelize.DataValidationTypeDecimal
	if c.holds == layers.TypeInt || c.holds == layers.TypeYear {
		number = excelize.DataValidationTypeWhole
	}
	switch {
	case c.listed != "":
		rule.SetSqrefDropList(c.listed)
		return nil
	case len(c.choices) > 0 && c.holds != layers.TypeList:
		return rule.SetDropList(c.choices)
	case len(c.digits) == 1 && strings.Contains(c.allowed, "名称"): // names are taken too
		return nil
	case c.digits != nil:
		var lengths []string
		for _, n := range c.digits {
			lengths = append(lengths, fmt.Sprintf("LEN(%s2)=%d", name, n))
		}
		return rule.SetRange("OR("+strings.Join(lengths, ",")+")", "", excelize.DataValidationTypeCustom, between)
	case c.low != nil && c.high != nil:
		return rule.SetRange(*c.low, *c.high, number, between)
	case c.low != nil:
		return rule.SetRange(*c.low, "", number, least)
	}
	return nil
}

// hint is what a cell says of itself when it is chosen.
func (c *column) hint() string {
	hint := c.kind
	if c.allowed != "不限" {
		hint += "：" + c.allowed
	}
	if c.unit != "" {
		hint += "。单位：" + c.unit
	}
	if c.must {
		hint = "必填。" + hint
	}
	if c.example != "" {
		hint += "。如：" + c.example
	}
	return hint
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
