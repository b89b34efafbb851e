package check

// azureOrOpaque checks what stands where a secret of any of Azure's services may stand, a client secret or the key of a
// service: one with the signature of an identifiable key, at its place, is judged as azure-his and entra-secret judge it, and what
// has none, as older ones have, passes. Source: as those.
type azureOrOpaque struct{}

func (azureOrOpaque) Name() string { return "azure-or-opaque" }

func (azureOrOpaque) Check(secret string) Result {
	if r := (entraSecret{}).Check(secret); r.Verdict != Unknown {
		return r
	}
	return azureHIS{}.Check(secret)
}

func (azureOrOpaque) Mend(secret string) (string, bool) {
	if (entraSecret{}).Check(secret).Verdict != Unknown {
		return entraSecret{}.Mend(secret)
	}
	return azureHIS{}.Mend(secret)
}
