package check

import (
	"encoding/binary"
	"strings"
)

// azureHIS checks Microsoft's "highly identifiable secrets", base64 keys of
// Azure services: the last four bytes are the Marvin32 of the bytes before
// them, little-endian, and the service's signature of four characters stands
// right before the six that encode the checksum. The seed tells the kind of
// key. Source: microsoft/security-utilities (MIT), IdentifiableMetadata.cs and
// IdentifiableSecrets.cs; confirmed on the keys of its own tests. The later "common
// annotated keys" are azureCASK's.
type azureHIS struct{}

func (azureHIS) Name() string { return "azure-his" }

// azureService is a signature, what it stands for and the seeds of its keys.
type azureService struct {
	signature, name string
	seeds           []string
}

// azureServices lists the services in the order of their signatures.
func azureServices() []azureService {
	messaging := []string{"Send0000", "Listen00", "Manage00", "Unknown0", "System00"}
	return []azureService{
		{"+ABa", "Batch", []string{"AbAcct00"}},
		{"+ACR", "Container Registry", []string{"ACRDflt0"}},
		{"+AEh", "Event Hubs", messaging},
		{"+AMC", "ML web service (classic)", []string{"Classic0"}},
		{"+ARm", "Relay", messaging},
		{"+ASb", "Service Bus", messaging},
		{"+ASt", "Storage", []string{"Default0"}},
		{"+SQL", "SQL", []string{"UsrPwd00"}},
		{"ACDb", "Cosmos DB", []string{"SysAll00", "Resour00", "MastRO00", "SystRO00", "Encryp00", "MastRW00", "SystRW00"}},
		{"AZEG", "Event Grid", []string{"Default0"}},
		{"AIoT", "IoT", []string{"IoTHub00", "DpsKey00", "Device00"}},
		{"APIM", "API Management", []string{"Tenant00", "IoTHub00", "Gatewy00", "GitKey00"}},
		{"AzCa", "Cache for Redis", []string{"Access00"}},
		{"AzFu", "Functions", []string{"Master00", "System00", "Functi00"}},
		{"AzSe", "AI Search", []string{"Query000", "PAdmin00"}},
	}
}

// azureSum is the number of characters that encode the checksum.
const azureSum = 6

func (azureHIS) Check(secret string) Result {
	service, data, ok := cutAzure(secret)
	if !ok {
		return Result{}
	}
	name := "key of Azure " + service.name
	for _, seed := range service.seeds {
		if binary.LittleEndian.Uint32(data[len(data)-4:]) == marvin32(data[:len(data)-4], marvinSeed(seed)) {
			return checksum(true, name)
		}
	}
	if service.signature == "AzCa" {
		return Result{Notes: []string{name}} // letters in place of + and / can upset the checksum
	}
	if service.signature == "+SQL" {
		return unproven(checksum(false)) // the only one of which no key is published
	}
	return checksum(false)
}

func (azureHIS) Mend(secret string) (string, bool) {
	service, data, ok := cutAzure(secret)
	if !ok {
		return "", false
	}
	end := len(data) - 4
	sum := marvin32(data[:end], marvinSeed(service.seeds[0]))
	mended := enbase64(binary.LittleEndian.AppendUint32(data[:end:end], sum), secret)
	return mended, azureHIS{}.Check(mended).Verdict == Holds
}

// cutAzure finds the service whose signature a key holds, and decodes the key.
// The six characters of the checksum begin with the last bits of the byte before
// it; they are not the key's own, so decoding and encoding again is exact.
func cutAzure(secret string) (azureService, []byte, bool) {
	body := strings.TrimRight(secret, "=")
	at := len(body) - azureSum - 4
	if at < 20 || len(secret) > 200 || annotated(secret) || !only(body, base64Both) {
		return azureService{}, nil, false
	}
	for _, s := range azureServices() {
		if body[at:at+4] == s.signature {
			data, ok := unbase64(body)
			return s, data, ok
		}
	}
	return azureService{}, nil, false
}
