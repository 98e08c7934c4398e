{{/*
The webhook configurations in the cluster that inject by a name among `tags` but call another Service; a line for each. For notes
alone: `helm template` finds none, and what is installed doesn't depend on it.
*/}}
{{- define "outrigger.rivals" -}}
{{- $own := printf "%s/%s" .Release.Namespace (include "outrigger.fullname" .) -}}
{{- $configurations := get (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "") "items" | default list -}}
{{- range $configuration := $configurations -}}
{{- $labels := dig "labels" dict .metadata -}}
{{- $selected := get $labels "istio.io/tag" | default (get $labels "istio.io/rev") -}}
{{- $called := list -}}
{{- range .webhooks | default list -}}
{{- $service := dig "clientConfig" "service" dict . -}}
{{- $isDeactivated := hasKey (dig "namespaceSelector" "matchLabels" dict .) "istio.io/deactivated" -}}
{{- if not $isDeactivated -}}
{{- $called = append $called (empty $service | ternary "a URL" (printf "%v/%v" $service.namespace $service.name)) -}}
{{- end -}}
{{- end -}}
{{- $others := without (uniq $called) $own -}}
{{- if and $others (eq (get $labels "app") "sidecar-injector") (has $selected $.Values.tags) }}
{{ $configuration.metadata.name }} ({{ $selected }}), which calls {{ join ", " $others }}
{{- end -}}
{{- end -}}
{{- end }}
