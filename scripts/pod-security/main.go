// Command pod-security reads Kubernetes objects (YAML) on standard input and says of each workload's Pod what the restricted Pod Security
// Standard has against it: by the library of the API server's own admission, at each version of the standard that it is given (1.35).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// workload is what a Deployment, StatefulSet, DaemonSet, ReplicaSet and Job have in common, and what a CronJob has around it.
type workload struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Template    *corev1.PodTemplateSpec
		JobTemplate struct {
			Spec struct{ Template *corev1.PodTemplateSpec }
		}
	}
}

func main() {
	versions := os.Args[1:]
	count, failed, err := check(os.Stdin, versions)
	if err == nil && (count == 0 || len(versions) == 0) {
		err = errors.New("nothing to look at: it takes objects with Pods, and versions")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pod-security:", err)
	}
	if failed || err != nil {
		os.Exit(1)
	}
}

func check(objects io.Reader, versions []string) (count int, failed bool, err error) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return 0, false, err
	}
	for in := yaml.NewYAMLToJSONDecoder(bufio.NewReader(objects)); ; {
		var raw json.RawMessage
		if err := in.Decode(&raw); errors.Is(err, io.EOF) {
			return count, failed, nil
		} else if err != nil {
			return count, failed, err
		}
		var w workload
		if err := json.Unmarshal(raw, &w); err != nil {
			continue // an object of another shape has no Pod
		}
		template := w.Spec.Template
		if template == nil {
			template = w.Spec.JobTemplate.Spec.Template
		}
		if template == nil {
			continue
		}
		count++
		for _, written := range versions {
			version, err := api.ParseVersion("v" + written)
			if err != nil {
				return count, failed, err
			}
			level := api.LevelVersion{Level: api.LevelRestricted, Version: version}
			result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &template.ObjectMeta, &template.Spec))
			if result.Allowed {
				fmt.Printf("%s %s: restricted at %s\n", w.Kind, w.Metadata.Name, written)
			} else {
				failed = true
				fmt.Printf("%s %s: not restricted at %s: %s\n", w.Kind, w.Metadata.Name, written, result.ForbiddenDetail())
			}
		}
	}
}
