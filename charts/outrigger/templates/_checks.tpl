{{/* Checks that a schema can't express: values that conflict. */}}
{{- define "outrigger.checks" -}}
{{- $revision := include "outrigger.revision" . -}}
{{- $values := .Values -}}
{{- range $tag := .Values.revisionTags -}}
{{- if has $tag $values.externalTags -}}
{{- fail (printf "\n\nrevisionTags and externalTags both contain %s: the former are created by this chart, the latter by `outrigger tag set`" $tag) -}}
{{- end -}}
{{- if and (eq $tag $revision) (not $values.webhook.deactivated) -}}
{{- fail (printf "\n\nrevisionTags contains %s, which is the revision itself: both would select the same pods%s" $tag (eq $tag "default" | ternary "; to have the tag take over, also set webhook.deactivated=true" "")) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.webhook.deactivated (ne $revision "default") -}}
{{- fail (printf "\n\nwebhook.deactivated is for the default revision, whose pods the tag `default` takes over; this is %s" $revision) -}}
{{- end -}}
{{- if and .Values.webhook.matchConditions (semverCompare "<1.28.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "\n\nwebhook.matchConditions need Kubernetes 1.28, this is %s: older versions ignore them" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $finish := divf (.Values.serverLimits.finish | default 10000) 1000 -}}
{{- $ending := addf .Values.drainDelaySeconds $finish -}}
{{- if le (float64 .Values.terminationGracePeriodSeconds) $ending -}}
{{- fail (printf "\n\nterminationGracePeriodSeconds is %v, but drainDelaySeconds (%v) and requests in flight (%v) may take %v: pods would be killed while serving requests" .Values.terminationGracePeriodSeconds .Values.drainDelaySeconds $finish $ending) -}}
{{- end -}}
{{- if and (eq .Values.certificates.mode "provided") (not .Values.certificates.provided.secretName) -}}
{{- fail "\n\ncertificates.mode is provided, but certificates.provided.secretName is empty" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.maxReplicas) (int .Values.autoscaling.minReplicas)) -}}
{{- fail "\n\nautoscaling.maxReplicas is less than autoscaling.minReplicas" -}}
{{- end -}}
{{- end }}
