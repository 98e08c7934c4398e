// Command strategic-merge computes the results in strategic-merge/cases.jsonl: what Kubernetes' strategic merge makes
// of a Pod and a patch. In the folder conformance:
//
//	go run ./strategic-merge           writes the results into strategic-merge/cases.jsonl
//	go run ./strategic-merge -check    fails where they differ
package main

import (
	"encoding/json"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"outrigger/conformance/internal/cases"
)

type mergeCase struct {
	Name     string          `json:"name"`
	Original json.RawMessage `json:"original"`
	Patch    json.RawMessage `json:"patch"`

	Expected json.RawMessage `json:"expected"`
}

func (c mergeCase) CaseName() string { return c.Name }

func main() {
	cases.Refresh("strategic-merge/cases.jsonl", func(c mergeCase) (mergeCase, error) {
		expected, err := strategicpatch.StrategicMergePatch(c.Original, c.Patch, core.Pod{})
		c.Expected = expected
		return c, err
	})
}
