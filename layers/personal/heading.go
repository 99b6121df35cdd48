package personal

import (
	"slices"
	"strings"

	"github.com/cuntu/cuntu/layers"
)

// Topic is whom a column is about by its heading.
type Topic uint8

// The topics.
const (
	Other  Topic = iota
	People       // persons that the map must not know: their names, numbers, accounts
	Duty         // somebody on duty, or the telephone of an office
)

// TopicOf tells whom a heading is about. It is to be narrow, without brackets.
func TopicOf(heading string) Topic {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t*:/_-.、", r) {
			return -1
		}
		return r
	}, strings.ToLower(heading))
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(s, p) })
	}
	ends := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.HasSuffix(s, p) })
	}
	switch {
	case slices.Contains(people, s):
		return People
	case has("户主", "身份证", "身份号", "证件号", "残疾证", "银行卡", "银行账", "银行帐", "银行存折", "卡号", "账号", "帐号", "一卡通", "家庭成员",
		"idcard", "idnumber", "bankcard", "bankaccount", "householder"):
		return People
	case has("手机号", "移动电话", "手机电话") || ends("手机"):
		return People
	case ends("姓名") && !has(posts...):
		return People
	case ends(posts...) || has(posts...) && ends("姓名", "名字", "电话", "电话号码", "联系方式"):
		return Duty
	case ends("电话", "电话号码", "联系方式", "座机", "telephone", "phone", "phonenumber") && !has("通电话", "装电话", "有电话"):
		return Duty
	}
	return Other
}

// people are headings that are about a person as a whole, and the initials of pinyin by which tables of GIS name them.
var people = []string{
	"姓名", "名字(人)", "农户", "农户姓名", "贫困户姓名", "账户", "帐户", "开户账户", "户口号", "出生日期", "出生年月", "性别", "与户主关系",
	"hzxm", "sfz", "sfzh", "sfzhm", "zjhm", "yhk", "yhkh", "yhzh", "sjh", "sjhm", "idno", "mobile", "mobilephone", "cellphone",
}

// posts are those of people who are named because of their duty.
var posts = []string{
	"队长", "书记", "支书", "村主任", "负责人", "责任人", "经办人", "联系人", "包村干部", "驻村干部", "包扶干部", "帮扶干部", "联系干部", "网格员", "村医",
	"管护员", "护林员", "河长", "路长", "校长", "园长", "院长", "法人", "法定代表人",
}

// IsCode tells whether a heading is that of codes and numbers of things.
func IsCode(heading string) bool {
	s := strings.ToLower(strings.TrimSpace(heading))
	for _, end := range []string{"编号", "编码", "代码", "文号", "序号", "桩号", "code", "number", "dm", "bm", "bh"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return s == "id" || s == "fid" || s == "no" || s == "号"
}

// Contact tells whether a field is one of contacts: it may go to few, and into no tile. It is where those on duty may be named.
func Contact(f *layers.Field) bool { return f.Secrecy == layers.Sensitive && !f.Tile }

// MayName tells whether a column of a heading about somebody on duty may go into a field: one of contacts, or one that is
// not open and that declares the heading.
func MayName(f *layers.Field, heading string) bool {
	return Contact(f) || f.Secrecy != layers.Open && !f.Tile && (f.Title.Zh == heading || slices.Contains(f.Headings, heading))
}
