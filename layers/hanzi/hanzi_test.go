package hanzi

import (
	"slices"
	"testing"
	"unicode/utf8"
)

func TestTextsAreFoldedForComparing(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"洛南县", "洛南县"},
		{"柞水縣", "柞水县"},
		{"吕河園", "吕河园"},
		{"ｘｓｙ", "xsy"},
		{"６１１００２", "611002"},
		{" Luo　Nan\t", "luonan"},
		{"lü", "lv"},
		{"Lü", "lv"}, // u with a diaeresis apart
		{"㎡", "m2"},
		{"豈", "岂"}, // a compatibility ideograph
		{"𠅤家", "𠅤家"},
		{"乾佑", "乾佑"},
	} {
		if got := Fold(c.text); got != c.want {
			t.Errorf("%q is folded to %q, not %q", c.text, got, c.want)
		}
		if again := Fold(c.want); again != c.want {
			t.Errorf("%q is folded again, to %q", c.want, again)
		}
	}
}

func TestTheTableOfCharactersIsSound(t *testing.T) {
	table := characters().simplified
	if len(table) < 4000 {
		t.Errorf("%d traditional characters", len(table))
	}
	for from, to := range table {
		if _, again := table[to]; again || from == to || to < utf8.RuneSelf {
			t.Errorf("%c becomes %c", from, to)
		}
	}
}

func TestNamesAreSpeltAsPeopleType(t *testing.T) {
	for _, c := range []struct {
		name, query string
		begins, is  bool // by initials
	}{
		{"东店子", "ddz", true, true},
		{"东店子", "dongd", true, false},
		{"东店子", "东dz", true, true},
		{"东店子", "dong店", true, false},
		{"东店子", "dongdianzi", true, true},
		{"东店子", "dongdianzix", false, false},
		{"柞水", "zhs", true, true},
		{"柞水", "zuosh", true, true},
		{"柞水", "zs", true, true},
		{"商州", "shzh", true, true},
		{"吕河", "lyuhe", true, true},
		{"吕河", "luhe", false, false},
		{"略阳", "lueyang", true, true},
		{"略阳", "lveyang", true, true},
		{"略阳", "lyueyang", true, true},
		{"綠河", "lv河", true, true},
		{"", "a", false, false},
	} {
		s := Spell(c.name)
		if s.Begins(c.query, Initials) != c.begins || s.Is(c.query, Initials) != c.is {
			t.Errorf("%s for %s: begins %v, is %v", c.query, c.name, s.Begins(c.query, Initials), s.Is(c.query, Initials))
		}
	}
}

func TestNamesAreSpeltInFull(t *testing.T) {
	for _, c := range []struct {
		name, query string
		begins, is  bool
	}{
		{"东店子", "dongdianzi", true, true},
		{"东店子", "dongd", true, false},
		{"东店子", "d", true, false},
		{"东店子", "ddz", false, false},
		{"东店子", "东dianzi", true, true},
		{"3组", "3zu", true, true},
		{"a区", "aqu", false, false},
	} {
		s := Spell(c.name)
		if s.Begins(c.query, Full) != c.begins || s.Is(c.query, Full) != c.is {
			t.Errorf("%s for %s: begins %v, is %v", c.query, c.name, s.Begins(c.query, Full), s.Is(c.query, Full))
		}
	}
}

func TestReadingsAreThoseThatPeopleType(t *testing.T) {
	list := Readings()
	for _, reading := range []string{"zhuang", "lv", "lyu", "a", "biang"} {
		if !slices.Contains(list, reading) {
			t.Errorf("%s is missing", reading)
		}
	}
	if len(list) < 400 || len(list) > 500 {
		t.Errorf("%d readings", len(list))
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"柞水縣", "ｘｓｙ", "ü", "Ⅳ", "\xff", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if again := Fold(once); again != once && utf8.ValidString(s) {
			t.Errorf("%q is folded to %q, and again to %q", s, once, again)
		}
		_ = Spell(s).Begins(once, Initials)
	})
}
