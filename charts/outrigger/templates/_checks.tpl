{{/* Values of earlier versions, and what to use instead. The schema lets them through, so that this can be said. */}}
{{- define "outrigger.formerValues" -}}
revisionTags: use `tags` instead, which also contain the release's own tag (by default `outrigger`)
runAsUser: use `podSecurityContext.runAsUser` and `podSecurityContext.runAsGroup` instead
webhook.deactivated: leave the tag `default` out of `tags` instead, as a release has no webhooks but those of its tags
{{- end }}

{{/* Checks that a schema can't express: values that conflict. */}}
{{- define "outrigger.checks" -}}
{{- $values := .Values -}}
{{- range $path, $advice := include "outrigger.formerValues" . | fromYaml -}}
{{- $keys := splitList "." $path -}}
{{- $group := eq (len $keys) 1 | ternary $values (get $values (first $keys)) -}}
{{- /* Null unsets one: `--set revisionTags=null`. */ -}}
{{- if and (hasKey $group (last $keys)) (not (kindIs "invalid" (get $group (last $keys)))) -}}
{{- fail (printf "\n\n%s is no longer a value of this chart: %s" $path $advice) -}}
{{- end -}}
{{- end -}}
{{- range $tag := .Values.tags -}}
{{- if has $tag $values.externalTags -}}
{{- fail (printf "\n\ntags and externalTags both contain %s: the former are created by this chart, the latter by `outrigger tag set`" $tag) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.webhook.matchConditions (semverCompare "<1.28.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "\n\nwebhook.matchConditions need Kubernetes 1.28, this is %s: older versions ignore them" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if and .Values.injector.sharedMeshConfig (not .Values.injector.fromCluster) -}}
{{- fail "\n\ninjector.sharedMeshConfig is only read with injector.fromCluster=true" -}}
{{- end -}}
{{- $finish := divf (.Values.serverLimits.finish | default 10000) 1000 -}}
{{- $ending := addf .Values.drainDelaySeconds $finish -}}
{{- if le (float64 .Values.terminationGracePeriodSeconds) $ending -}}
{{- fail (printf "\n\nterminationGracePeriodSeconds is %v, but drainDelaySeconds (%v) and requests in flight (%v) may take %v: pods would be killed while serving requests" .Values.terminationGracePeriodSeconds .Values.drainDelaySeconds $finish $ending) -}}
{{- end -}}
{{- if and (eq .Values.certificates.mode "provided") (not .Values.certificates.provided.secretName) -}}
{{- fail "\n\ncertificates.mode is provided, but certificates.provided.secretName is empty" -}}
{{- end -}}
{{- include "outrigger.scalingChecks" . -}}
{{- include "outrigger.podChecks" . -}}
{{- end }}

{{- define "outrigger.scalingChecks" -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (lt (int .maxReplicas) (int .minReplicas)) -}}
{{- fail "\n\nautoscaling.maxReplicas is less than autoscaling.minReplicas" -}}
{{- end -}}
{{- if and .enabled (not .targetCPUUtilizationPercentage) (not .targetMemoryUtilizationPercentage) (not .metrics) -}}
{{- fail "\n\nautoscaling.enabled needs a target: targetCPUUtilizationPercentage, targetMemoryUtilizationPercentage or metrics" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What the API server would refuse, or accept and let one of two hide the other. */}}
{{- define "outrigger.podChecks" -}}
{{- if eq (int .Values.ports.webhook) (int .Values.ports.monitoring) -}}
{{- fail (printf "\n\nports.webhook and ports.monitoring are both %d" (int .Values.ports.webhook)) -}}
{{- end -}}
{{- $lists := dict
  "extraEnv" (include "outrigger.env" . | fromYamlArray)
  "extraVolumes" (include "outrigger.volumes" . | fromJson).volumes -}}
{{- range $value, $items := $lists -}}
{{- $seen := dict -}}
{{- range $items -}}
{{- if hasKey $seen .name -}}
{{- fail (printf "\n\n%s contains %s, which this chart or another item already sets" $value .name) -}}
{{- end -}}
{{- $_ := set $seen .name true -}}
{{- end -}}
{{- end -}}
{{- end }}
