package detect

import (
	"slices"
	"strings"
	"testing"
)

// TestCommandPairs holds that every value that a command gives to a store of secrets is found for itself, however the pairs are
// quoted, and nothing behind the command. A, B and C stand for drawn secrets.
func TestCommandPairs(t *testing.T) {
	d := New(mustBuiltin(t))
	secrets := map[string]string{"A": "q8Zt3LmX0vR5yN7bC2wK", "B": "Wp5Jd9Hs2Kf7Gq4Tn8Xb", "C": "m4Yc6Rz1Vk8Pt3Bx9LnD"}
	fill := strings.NewReplacer("{A}", secrets["A"], "{B}", secrets["B"], "{C}", secrets["C"])
	for content, want := range map[string]string{
		"fly secrets set ONE={A} TWO={B} THREE={C}\n":                                                                         "ABC",
		"fly secrets set ONE={A} \\\n  TWO=\"{B}\" \\\r\n  'THREE={C}'\n":                                                     "ABC",
		"supabase secrets set --project-ref x \"ONE={A}\" \"TWO={B}\"":                                                        "AB",
		"flyctl secrets set ONE={A} `\n  TWO={B} `\r\n  THREE={C}\r\nX={A}\n":                                                 "ABC",
		"vault kv put -mount=secret shop user=app one='{A}' two={B}; X={C}\n":                                                 "AB",
		"vault kv put secret/shop one={A} && echo two={B}\n":                                                                  "A",
		"vault kv put secret/shop one=$ONE two=$(cat a b) three={C}\n":                                                        "C",
		"vault kv put secret/shop one=@one.txt two=\"$TWO\" three={C}\n":                                                      "C",
		"(vault kv put secret/shop one={A}) two={B}\n":                                                                        "A",
		"nomad var put nomad/jobs/shop one={A} >out two={B} # three={C}\n":                                                    "AB",
		"op item create username=ann 'db[password]={A}' notes={B}\n":                                                          "A",
		"{\"run\": \"fly secrets set ONE=\\\"{A}\\\" TWO={B}\", \"x={C}\": 1}":                                                "AB",
		"sh -c 'vault kv put secret/shop one=\"{A}\" two={B}' three={C}\n":                                                    "AB",
		"fly secrets set KEY=\"first\n{A}\" TWO={B}\n":                                                                        "B",
		"fly secrets set ONE=\"{A}\n":                                                                                         "",
		"fly secrets set ONE= TWO={B}\n":                                                                                      "B",
		"fly secrets list ONE={A}\n":                                                                                          "",
		"chpasswd <<EOF\nann:{A}\nbob:$BOB\nroot:{C}\nEOF\nmax:{B}\n":                                                         "AC",
		"cat <<-'END' | sudo chpasswd\n\tann:{A}\n\tbob:!{B}\n\tEND\n":                                                        "A",
		"chpasswd:\n  list: |\n    ann:{A}\n    bob:{B}\n  expire: {C}\n":                                                     "AB",
		"chpasswd:\n  list:\n    - 'ann:{A}'\n    - bob:{B}\n":                                                                "AB",
		"aws x --secret-string \"{\\\"one\\\":\\\"{A}\\\",\\\"n\\\":{\\\"two\\\": \\\"{B}\\\"}}\" -t \\\"k\\\":\\\"{C}\\\"\n": "AB",
		"aws x --secret-string \"{\\\"one\\\":\\\"{A}\\\",\\\"two\\\":\\\"$TWO\\\"}\" \"three\": \"{C}\"\n":                   "A",
		"  data_json = jsonencode({ one = { x = { y = \"{A}\" } }, two = \"{B}\" }) + {three = \"{C}\"}\n":                    "AB",
		"secretGenerator:\n- {name: x, literals: [one={A}, \"two={B}\"], files: [three={C}]}\n":                               "AB",
		"secretGenerator:\n- name: x\n  literals: ['one={A}', two={B}] # three={C}]\n":                                        "AB",
	} {
		var got []string
		for _, m := range d.Scan([]byte(fill.Replace(content))).Matches {
			for letter, secret := range secrets {
				if m.Secret == secret && d.set.Rules()[m.Rule].Entries != "" {
					got = append(got, letter)
				}
			}
		}
		slices.Sort(got)
		if strings.Join(got, "") != want {
			t.Errorf("%q: found %q, want %q", content, got, want)
		}
	}
}

// TestCommandPairsEnd holds that unclosed words end with what may be read.
func TestCommandPairsEnd(t *testing.T) {
	d := New(mustBuiltin(t))
	const command = "fly secrets set "
	for _, tail := range []string{`"`, `A="`, `A=\"`, `A=\`, `A=$(`, "A='", `"A`, "\\", "\\\n", `A=" \`, "A"} {
		for _, end := range []string{"", "\n"} {
			if found := d.Scan([]byte(command + tail + end)).Matches; len(found) > 0 {
				t.Errorf("%q: %d findings", command+tail+end, len(found))
			}
		}
	}
}

// TestCommandPairsOnce holds that commands among the arguments of others cost no more than one command does: each pair is read once.
func TestCommandPairsOnce(t *testing.T) {
	d := New(mustBuiltin(t))
	const n = 1000
	res := d.Scan([]byte(strings.Repeat("vault kv put shop one="+strings.Repeat("q8Zt3", 3)+" \\\n", n)))
	places := map[int64]int{}
	for _, m := range res.Matches {
		places[m.Start]++
	}
	if len(places) != n || len(res.Matches) != n || len(res.Unfinished) > 0 {
		t.Errorf("%d matches at %d places, unfinished %v; want %d", len(res.Matches), len(places), res.Unfinished, n)
	}
}
