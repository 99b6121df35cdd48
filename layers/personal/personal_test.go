package personal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cuntu/cuntu/layers"
)

func TestNumbersOfPersonsAreFound(t *testing.T) {
	for _, of := range []struct {
		name, text string
		want       Kind
	}{
		{"a citizen's number", "11010519491231002X", Citizen}, // the standard's own example
		{"with a small x", "11010519491231002x", Citizen},
		{"in full-width digits", "１１０１０５１９４９１２３１００２Ｘ", Citizen},
		{"within a sentence", "户主身份证11010519491231002X，电话另附", Citizen},
		{"as people group it", "110105 19491231 002X", Citizen},
		{"behind letters", "ID11010519491231002X", Citizen},
		{"that a spreadsheet took for a number", "110105194912310000", Citizen},
		{"with another check digit", "110105194912310021", None},
		{"born on no day", "11010519490231002X", None},
		{"of no province", "10010519491231002X", None},

		{"a card of UnionPay", "6222020000000000000", Card},
		{"a card as people group it", "6222 0200 0000 0000 000", Card},
		{"a card of Visa", "4111111111111111", Card},
		{"a card with another check digit", "4111111111111112", None},
		{"a card's digits behind a decimal point", "33.4111111111111111", None},
		{"a card's digits behind letters, as in a code", "SX4111111111111111", None},
		{"a card's digits in a longer code", "2017-4111111111111111", None},

		{"a mobile telephone", "13800138000", Mobile},
		{"as people group it", "联系 138 0013 8000", Mobile},
		{"with hyphens", "138-0013-8000", Mobile},
		{"from abroad", "+8613800138000", Mobile},
		{"two of them", "13800138000/13900139000", Mobile},
		{"behind an office's number", "0914-13800138000", Mobile},
		{"an office's telephone", "0914-2312345", None},
		{"a number of eleven digits that no telephone has", "12800138000", None},

		{"a village's code", "611002001201", None},
		{"a road's code", "G65E611002", None},
		{"a road's section", "C203611002L0012", None},
		{"a project's code", "2017-611002-48-01-012345", None},
		{"a project's code of 18 digits", "611002201700000123", None},
		{"a place", "POINT (109.93671234567891 33.871234567891234)", None},
		{"a long decimal", "0.30000000000000004", None},
		{"days", "2017-05-31 至 2018-12-31，2019-01-01", None},
		{"a year and people", "2017年 13800 人，1380 户", None},
		{"money", "138,001,380.00", None},
		{"nothing", "", None},
	} {
		if got := Find(of.text); got != of.want {
			t.Errorf("%s: %q is %q, want %q", of.name, of.text, got, of.want)
		}
	}
}

// citizens are numbers with the check digit by the weights of the standard's table 1.
func citizens() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		region := rapid.SampledFrom([]string{"611002", "611026", "110105", "429004", "659001", "530921", "130123"}).Draw(t, "region")
		born := time.Date(1920, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36500).Draw(t, "day"))
		s := fmt.Sprintf("%s%s%03d", region, born.Format("20060102"), rapid.IntRange(1, 999).Draw(t, "order"))
		sum := 0
		for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
			sum += int(s[i]-'0') * w
		}
		return s + []string{"1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"}[sum%11]
	})
}

// cards are numbers with the digit that makes the sum of the table of doubles end in 0.
func cards() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := rapid.SampledFrom([]string{"622202", "621700", "436742", "601382", "955880"}).Draw(t, "issuer")
		size := rapid.IntRange(16, 19).Draw(t, "size")
		for len(s) < size-1 {
			s += fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "digit"))
		}
		for last := range 10 {
			sum, n := last, len(s)
			for i := range s {
				d := int(s[i] - '0')
				if (n-i)%2 == 1 {
					d = []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[d]
				}
				sum += d
			}
			if sum%10 == 0 {
				return s + fmt.Sprint(last)
			}
		}
		panic("one digit always fits")
	})
}

func TestEveryNumberOfAPersonIsFoundAndNeverTold(t *testing.T) {
	note, _ := layers.Builtin().Layer("village")
	rapid.Check(t, func(t *rapid.T) {
		number, want := citizens().Draw(t, "citizen"), Citizen
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 1:
			number, want = cards().Draw(t, "card"), Card
		case 2:
			number = fmt.Sprintf("1%d%09d", rapid.IntRange(3, 9).Draw(t, "network"), rapid.IntRange(0, 999999999).Draw(t, "rest"))
			want = Mobile
		}
		before := rapid.SampledFrom([]string{"", "户主", "电话：", "a, ", "2017年", "（"}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", "。", "，男", " b", "）"}).Draw(t, "after")
		if got := Find(before + number + after); got != want {
			t.Fatalf("%q is %q, want %q", before+number+after, got, want)
		}
		values := make([]layers.Value, len(note.Fields))
		values[note.Field("note")] = layers.Text(before + number + after)
		err := Check(note, values, nil)
		if err == nil || !strings.Contains(err.Error(), "note") || strings.Contains(err.Error(), number[:6]) {
			t.Fatalf("%v", err)
		}
		if err := Check(note, values, []int{note.Field("name")}); err != nil {
			t.Fatalf("a field that is not set: %v", err)
		}
	})
}

func TestNumbersOfThingsPass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(73, 135).Draw(t, "lon"), rapid.Float64Range(18, 53).Draw(t, "lat")
		serial := rapid.IntRange(0, 999999).Draw(t, "serial")
		for _, text := range []string{
			fmt.Sprint(lon, " ", lat), fmt.Sprintf("POINT(%.15f %.15f)", lon, lat), fmt.Sprintf("%012d", 611002000000+serial),
			fmt.Sprintf("G%d611002%06d", 1+serial%9, serial), fmt.Sprintf("611002%d%08d", 2014+serial%12, serial),
			fmt.Sprintf("2018-611002-%06d", serial), fmt.Sprintf("%d万元", serial), fmt.Sprintf("0914-%07d", 2000000+serial),
		} {
			if got := Find(text); got != None {
				t.Fatalf("%q is taken for %s", text, got)
			}
		}
	})
}

func TestAColumnOfCodesHoldsOnlyWhatIsNoCode(t *testing.T) {
	for _, of := range []struct {
		name, heading, cell string
		want                Kind
	}{
		{"a project's code with a day in it", "项目编号", "611002201705120010", None},
		{"a citizen born before such projects", "项目编号", "11010519491231002X", Citizen},
		{"a code that passes Luhn", "资产编码", "6222020000000000000", None},
		{"a code of eleven digits in Hebei", "编码", "13012300123", None},
		{"the same in a column that is none of codes", "备注", "13012300123", Mobile},
	} {
		if got := Cell(nil, of.heading, of.cell); got != of.want {
			t.Errorf("%s: %q, want %q", of.name, got, of.want)
		}
	}
	if got := Cell(nil, "备注", 1.1010519491231e17); got != Citizen {
		t.Errorf("a citizen's number that a spreadsheet made a number of is %q", got)
	}
	area := &layers.Field{ID: "area", Type: layers.TypeFloat, Unit: "m2"}
	if got := Cell(area, "面积", 19292000000.0); got != None {
		t.Errorf("a prefecture's square metres are taken for %s", got)
	}
	if got := Cell(nil, "经度", 109.93671234567); got != None {
		t.Errorf("degrees are taken for %s", got)
	}
}

func TestHeadingsTellWhomAColumnIsAbout(t *testing.T) {
	for topic, headings := range map[Topic]string{
		People: "姓名 户主 户主姓名 贫困户姓名 身份证 身份证号 身份证号码 公民身份号码 证件号码 银行卡号 银行账号 账号 一卡通账号 手机 手机号 " +
			"联系手机 家庭成员 与户主关系 残疾证号 性别 出生日期 SFZH HZXM 成员姓名 身份证/号码 Mobile",
		Duty: "队长 驻村队长 第一书记 第一书记姓名 村支书 经办人 联系人 联系人电话 联系电话 办公电话 电话 包扶责任人 负责人 村主任 Phone",
		Other: "名称 村名 行政村 户数 人口 贫困户数 手机信号 手机网络覆盖 是否通电话 通电话 村医 编号 代码 备注 经度 书记办公室面积 " +
			"账目 包扶单位 name Name code 身份 电话普及率 书屋 主任务",
	} {
		for _, h := range strings.Fields(headings) {
			if h == "村医" {
				topic = Duty // a doctor by name, or whether there is one: the field it goes into decides
			}
			if got := TopicOf(h); got != topic {
				t.Errorf("%s is about %d, want %d", h, got, topic)
			}
			if h == "村医" {
				topic = Other
			}
		}
	}
}

func TestPeopleOnDutyAreNamedInFieldsOfContactsAlone(t *testing.T) {
	village, _ := layers.Builtin().Layer("village")
	step, _ := layers.Builtin().Layer("exit_step")
	for _, of := range []struct {
		name, heading string
		field         *layers.Field
		want          bool
	}{
		{"the leader", "第一书记", &village.Fields[village.Field("leader")], true},
		{"a name that everybody sees", "联系人", &village.Fields[village.Field("name")], false},
		{"an internal note", "联系人", &village.Fields[village.Field("note")], false},
		{"who did a step, as the layer declares it", "经办人", &step.Fields[step.Field("by")], true},
	} {
		if got := MayName(of.field, of.heading); got != of.want {
			t.Errorf("%s: %v", of.name, got)
		}
	}
	for _, l := range layers.Builtin().Layers {
		for _, f := range l.Fields {
			if f.Secrecy == layers.Sensitive && f.Tile {
				t.Errorf("%s.%s is sensitive and in tiles", l.ID, f.ID)
			}
		}
	}
}
