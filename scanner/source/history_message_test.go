package source

import (
	"testing"

	"github.com/keysieve/keysieve/scanner/git"
)

func TestMessageOf(t *testing.T) {
	const usual = "tree 1\nparent 2\nparent 3\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 1 +0000\n"
	const armour = "-----BEGIN PGP SIGNATURE-----\n \n iQEzBAAB/+8=\n =abcd\n -----END PGP SIGNATURE-----\n"
	for _, test := range []struct {
		name string
		kind git.Kind
		text string
		want string
	}{
		{"plain", git.KindCommit, usual + "\nsubject\n\nbody\n", "subject\n\nbody\n"},
		{"empty", git.KindCommit, usual + "\n", ""},
		{"no message", git.KindCommit, usual[:len(usual)-1], ""},
		{"encoding", git.KindCommit, usual + "encoding latin-1\n\nx", "x\nencoding latin-1\n"},
		{"signed", git.KindCommit, usual + "gpgsig " + armour + "\nx\n", "x\n"},
		{"signed with SHA-256", git.KindCommit, usual + "gpgsig-sha256 " + armour + "\nx\n", "x\n"},
		{"signed with SSH", git.KindCommit, usual + "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n\nx\n", "x\n"},
		{"signed with S/MIME", git.KindCommit, usual + "gpgsig -----BEGIN SIGNED MESSAGE-----\n MIAG\n -----END SIGNED MESSAGE-----\n\nx\n", "x\n"},
		{"text in armour", git.KindCommit, usual + "gpgsig -----BEGIN PGP SIGNATURE-----\n Comment: here\n \n iQEz\n -----END PGP SIGNATURE-----\n after\n\nx\n", "x\nComment: here\nafter\n"},
		{"armour without end", git.KindCommit, usual + "gpgsig -----BEGIN PGP SIGNATURE-----\n iQEz\nnote iQEz\n\nx\n", "x\nnote iQEz\n"},
		{"no armour", git.KindCommit, usual + "gpgsig abcdefgh\n ijklmnop\n\nx\n", "x\ngpgsig abcdefgh\nijklmnop\n"},
		{"mergetag", git.KindCommit, usual + "mergetag object 4\n type commit\n tag v1\n tagger T <t@x> 1 +0000\n \n told\n " + armour + "\nx\n",
			"x\nmergetag object 4\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\ntold\n"},
		{"own field", git.KindCommit, usual + "HG:extra key:value\nkey\n\nx", "x\nHG:extra key:value\nkey\n"},
		{"field twice", git.KindCommit, usual + "author key\n\nx\n", "x\nauthor key\n"},
		{"usual field goes on", git.KindCommit, usual + " key\n\nx\n", "x\nkey\n"},
		{"no message but more", git.KindCommit, usual + "key value", "key value\n"},
		{"tag", git.KindTag, "object 1\ntype commit\ntag v1\ntagger T <t@x> 1 +0000\n\ntold\n", "told\n"},
		{"tag with more", git.KindTag, "object 1\ntype commit\ntag v1\nauthor key\n\ntold\n", "told\nauthor key\n"},
	} {
		if got := string(messageOf(test.kind, []byte(test.text))); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
