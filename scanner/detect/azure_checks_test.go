package detect

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/keysieve/keysieve/rules"
	"github.com/keysieve/keysieve/rules/check"
	"github.com/keysieve/keysieve/rules/sample"
)

// TestAzureChecksHold holds that a key of Azure's with its signature and a wrong checksum blocks nowhere, whatever stands before it, that
// --strict leaves it out, and that a right one and one without the signature block.
func TestAzureChecksHold(t *testing.T) {
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	lenient, strict := New(set), New(set.Strict())
	scheme, _ := check.ByName("azure-or-opaque")
	before := []string{"AZURE_SECRET_KEY=", "AZURE_KEY=", "azure_api_key: ", "API_KEY="}
	connections := map[string][]string{
		"client":  {"AZURE_CLIENT_SECRET=", "ARM_CLIENT_SECRET=", "client_secret: ", "az login --service-principal -u app --tenant t -p "},
		"+ASt":    {"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=", "AZURE_STORAGE_KEY="},
		"ACDb":    {"AccountEndpoint=https://acme.documents.azure.com:443/;AccountKey=", "COSMOS_PRIMARY_KEY="},
		"+ASb":    {"Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey="},
		"AIoT":    {"HostName=acme.azure-devices.net;DeviceId=d1;SharedAccessKey="},
		"AzFu":    {"https://acme.azurewebsites.net/api/HttpTrigger1?code=", "AZURE_FUNCTION_KEY="},
		"AzSe":    {"AZURE_SEARCH_KEY="},
		"+ACR":    {"ACR_ADMIN_KEY="},
		"+AEh":    {"EVENT_HUB_KEY="},
		"+ABa":    {"AZURE_BATCH_KEY="},
		"+ARm":    {"AZURE_RELAY_KEY="},
		"APIM":    {"AZURE_APIM_KEY="},
		"+AMC":    {"AZURE_ML_KEY="},
		"AZEG":    {"EVENT_GRID_KEY="},
		"storage": {"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=", "AZURE_STORAGE_KEY="},
		"older":   {"AZURE_CLIENT_SECRET=", "ARM_CLIENT_SECRET="},
	}
	forms := map[string]string{
		"client": `[0-9A-Za-z_.~]{3}8Q~[0-9A-Za-z_.~]{34}`, "storage": `[0-9A-Za-z+/]{86}==`, "older": `[0-9A-Za-z_.~]{32}`,
		"AzFu": `[0-9A-Za-z]{44}AzFu[A-D][0-9A-Za-z]{4}[AQgw]==`, "AzSe": `[0-9A-Za-z]{42}AzSe[A-D][0-9A-Za-z]{5}`, "+ACR": `[0-9A-Za-z]{42}\+ACR[A-D][0-9A-Za-z]{5}`,
	}
	for kind, places := range connections {
		form, ok := forms[kind]
		switch {
		case !ok && strings.Contains("+ASt ACDb +ABa APIM +AMC", kind):
			form = `[0-9A-Za-z]{76}` + strings.Replace(kind, "+", `\+`, 1) + `[A-D][0-9A-Za-z]{4}[AQgw]==`
		case !ok:
			form = `[0-9A-Za-z]{33}` + strings.Replace(kind, "+", `\+`, 1) + `[A-D][0-9A-Za-z]{4}[AEIMQUYcgkosw048]=`
		}
		rng := rand.New(rand.NewPCG(1, 2))
		got, err := sample.Generate(form, 0, check.Mended(scheme), rng)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		right, opaque := got.Secret, scheme.Check(got.Secret).Verdict == check.Unknown
		letter := "k"
		if right[10] == 'k' {
			letter = "m"
		}
		wrong := right[:10] + letter + right[11:]
		if kind != "storage" && kind != "older" {
			places = append(places, before...)
		}
		for _, place := range places {
			if blocking := sure(lenient, place+right); len(blocking) == 0 {
				t.Errorf("%s: %s does not block", kind, place)
			}
			if opaque {
				continue
			}
			for _, line := range []string{place + wrong, `"` + place + wrong + `"`, strings.Replace(place, "=", ` = "`, 1) + wrong + `"`} {
				if blocking := sure(lenient, line); len(blocking) > 0 {
					t.Errorf("%s: %s blocks with a wrong checksum: %q", kind, place, blocking)
				}
				for _, m := range strict.Scan([]byte(line + "\n")).Matches {
					t.Errorf("%s: %s with a wrong checksum is reported where that is not wanted: %s", kind, place, set.Rules()[m.Rule].ID)
				}
			}
		}
	}
}

// sure returns the rules of what is found in a line with more than low confidence.
func sure(d *Detector, line string) []string {
	var found []string
	for _, m := range d.Scan([]byte(line + "\n")).Matches {
		if m.Confidence > rules.ConfidenceLow {
			found = append(found, d.set.Rules()[m.Rule].ID)
		}
	}
	return found
}
