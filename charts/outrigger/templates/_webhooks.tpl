{{/*
The webhooks of a tag, as src/istio/revisions/webhooks.ts makes them: a test holds the two together. Takes a list of the root and
the tag.
*/}}
{{- define "outrigger.webhooks" -}}
{{- $root := index . 0 -}}
{{- $tag := index . 1 -}}
{{- $is := dict "key" "istio.io/rev" "operator" "In" "values" (list $tag) -}}
{{- $noRevision := dict "key" "istio.io/rev" "operator" "DoesNotExist" -}}
{{- $noInjection := dict "key" "istio-injection" "operator" "DoesNotExist" -}}
{{- $enabled := dict "key" "istio-injection" "operator" "In" "values" (list "enabled") -}}
{{- $notRefused := dict "key" "sidecar.istio.io/inject" "operator" "NotIn" "values" (list "false") -}}
{{- $wanted := dict "key" "sidecar.istio.io/inject" "operator" "In" "values" (list "true") -}}
{{- $unsaid := dict "key" "sidecar.istio.io/inject" "operator" "DoesNotExist" -}}
{{- $system := list "kube-system" "kube-public" "kube-node-lease" "local-path-storage" -}}
{{- $notSystem := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $system -}}
{{- include "outrigger.webhook" (list $root "rev.namespace" (list $is $noInjection) (list $notRefused)) }}
{{- include "outrigger.webhook" (list $root "rev.object" (list $noRevision $noInjection) (list $notRefused $is)) }}
{{- if eq $tag "default" }}
{{- include "outrigger.webhook" (list $root "namespace" (list $enabled) (list $notRefused)) }}
{{- include "outrigger.webhook" (list $root "object" (list $noInjection $noRevision) (list $wanted $noRevision)) }}
{{- if $root.Values.webhook.enableNamespacesByDefault }}
{{- include "outrigger.webhook" (list $root "auto" (list $noInjection $noRevision $notSystem) (list $unsaid $noRevision)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* One webhook, for a list of the root, the prefix of its name, and the requirements. */}}
{{- define "outrigger.webhook" -}}
{{- $root := index . 0 -}}
{{- $namespaces := index . 2 -}}
{{- $pods := index . 3 -}}
{{- $webhook := $root.Values.webhook -}}
{{- $excluded := concat ($webhook.excludeOwnNamespace | ternary (list $root.Release.Namespace) list) $webhook.excludedNamespaces | uniq -}}
{{- if $excluded -}}
{{- $namespaces = append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $excluded) -}}
{{- end }}
{{- /* Not Istio's suffix: istiod writes its own CA into webhooks that have it. */}}
- name: {{ index . 1 }}.sidecar-injector.outrigger.dev
  clientConfig:
    service:
      name: {{ include "outrigger.fullname" $root }}
      namespace: {{ $root.Release.Namespace | quote }}
      path: {{ toJson $webhook.path }}
      port: {{ $root.Values.service.port }}
    {{- /* In the other modes this field is someone else's: what a chart doesn't render, Helm never resets. */}}
    {{- if and (eq $root.Values.certificates.mode "provided") $root.Values.certificates.provided.caBundle }}
    caBundle: {{ $root.Values.certificates.provided.caBundle | b64enc }}
    {{- end }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [pods]
  failurePolicy: {{ $webhook.failurePolicy }}
  sideEffects: None
  admissionReviewVersions: [v1]
  reinvocationPolicy: {{ $webhook.reinvocationPolicy }}
  timeoutSeconds: {{ $webhook.timeoutSeconds }}
  namespaceSelector: {{ dict "matchExpressions" $namespaces | toJson }}
  objectSelector: {{ dict "matchExpressions" $pods | toJson }}
  {{- with $webhook.matchConditions }}
  matchConditions:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "outrigger.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhook.annotations -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "outrigger.tlsSecret" .)) -}}
{{- end -}}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The name of a tag's configuration, for a list of the tag and the namespace of what it calls: Istio leaves out its own. */}}
{{- define "outrigger.configurationName" -}}
{{- $namespace := index . 1 -}}
istio-revision-tag-{{ index . 0 }}{{ if ne $namespace "istio-system" }}-{{ $namespace }}{{ end }}
{{- end }}

{{/* The names of the configurations of this release, a YAML list. */}}
{{- define "outrigger.configurationNames" -}}
{{- range .Values.tags }}
- {{ include "outrigger.configurationName" (list . $.Release.Namespace) }}
{{- end }}
{{- end }}

{{/*
The names that the configurations of `externalTags` may have, a YAML list: `outrigger tag set` makes them as this chart would, and
leaves the name to one that istioctl or a chart of Istio's has made.
*/}}
{{- define "outrigger.externalConfigurationNames" -}}
{{- $namespaces := list "istio-system" .Values.istioNamespace .Release.Namespace | uniq -}}
{{- range $tag := .Values.externalTags }}
{{- range $namespaces }}
- {{ include "outrigger.configurationName" (list $tag .) }}
{{- end }}
{{- end }}
{{- end }}
