package check

import "time"

// Schemes lists every offline check. A new scheme is one file and one line here.
func Schemes() []Scheme {
	return []Scheme{
		github{},
		npm{},
		awsKeyID{},
		gitlabRoutable{},
		grafana{},
		grafanaCloud{},
		atlassian{},
		jwt{now: time.Now},
		pem{},
		vercel{},
		zuplo{},
		azureHIS{},
		azureCASK{},
		entraSecret{},
		azureDevOpsPAT{},
		gcpServiceAccount{},
		jfrog{},
		discord{},
		pypi{},
		sentry{},
		onePassword{},
		basicAuth{},
		bitbucketDC{},
		age{},
		base58Check{},
	}
}
