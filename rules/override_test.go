package rules

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestOverrides(t *testing.T) {
	dir := write(t, map[string]string{"team.toml": teamPack, ConfigName: "[[rules]]\nid = 'own'\nregex = 'ooooo'\n"})
	t.Chdir(dir)
	c := load(t, filepath.Join(dir, ConfigName))
	c.Override(Overrides{Packs: []string{"team.toml"}, NoBuiltin: true, Disabled: []string{"own", "team-other"}})
	if got := ids(setOf(t, c)); got != "team-key" {
		t.Errorf("rules: %s", got)
	}

	c = &Config{}
	c.Override(Overrides{NoBuiltin: true, Disabled: []string{"absent"}})
	if _, err := c.Set(); err == nil || !strings.Contains(err.Error(), "cannot disable the rule absent: there is none") {
		t.Errorf("error %v", err)
	}
	c = &Config{}
	c.Override(Overrides{NoBuiltin: true, Packs: []string{"absent.toml"}})
	if _, err := c.Set(); err == nil || !strings.Contains(err.Error(), "cannot read "+filepath.Join(dir, "absent.toml")) {
		t.Errorf("error %v", err)
	}
}
