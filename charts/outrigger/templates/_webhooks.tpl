{{/*
The webhooks of a revision or a tag, as src/istio/revisions/webhooks.ts makes them: a test holds the two together. Takes a list of
the root, the value of the label istio.io/rev that they select, and whether they are switched off.
*/}}
{{- define "outrigger.webhooks" -}}
{{- $root := index . 0 -}}
{{- $value := index . 1 -}}
{{- $off := index . 2 -}}
{{- $isDefault := eq $value "default" -}}
{{- $is := dict "key" "istio.io/rev" "operator" "In" "values" (list $value) -}}
{{- $noRevision := dict "key" "istio.io/rev" "operator" "DoesNotExist" -}}
{{- $noInjection := dict "key" "istio-injection" "operator" "DoesNotExist" -}}
{{- $enabled := dict "key" "istio-injection" "operator" "In" "values" (list "enabled") -}}
{{- $notRefused := dict "key" "sidecar.istio.io/inject" "operator" "NotIn" "values" (list "false") -}}
{{- $wanted := dict "key" "sidecar.istio.io/inject" "operator" "In" "values" (list "true") -}}
{{- $unsaid := dict "key" "sidecar.istio.io/inject" "operator" "DoesNotExist" -}}
{{- $system := list "kube-system" "kube-public" "kube-node-lease" "local-path-storage" -}}
{{- $notSystem := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $system -}}
{{- include "outrigger.webhook" (list $root $off "rev.namespace" (list $is $noInjection) (list $notRefused)) }}
{{- include "outrigger.webhook" (list $root $off "rev.object" (list $noRevision $noInjection) (list $notRefused $is)) }}
{{- if $isDefault }}
{{- include "outrigger.webhook" (list $root $off "namespace" (list $enabled) (list $notRefused)) }}
{{- include "outrigger.webhook" (list $root $off "object" (list $noInjection $noRevision) (list $wanted $noRevision)) }}
{{- if $root.Values.webhook.enableNamespacesByDefault }}
{{- include "outrigger.webhook" (list $root $off "auto" (list $noInjection $noRevision $notSystem) (list $unsaid $noRevision)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* One webhook, for a list of the root, whether it is deactivated, the prefix of its name, and the requirements. */}}
{{- define "outrigger.webhook" -}}
{{- $root := index . 0 -}}
{{- $off := index . 1 -}}
{{- $namespaces := index . 3 -}}
{{- $pods := index . 4 -}}
{{- $webhook := $root.Values.webhook -}}
{{- $excluded := concat ($webhook.excludeOwnNamespace | ternary (list $root.Release.Namespace) list) $webhook.excludedNamespaces | uniq -}}
{{- if $excluded -}}
{{- $namespaces = append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $excluded) -}}
{{- end }}
{{- $never := dict "matchLabels" (dict "istio.io/deactivated" "never-match") }}
- name: {{ index . 2 }}.sidecar-injector.istio.io
  clientConfig:
    service:
      name: {{ include "outrigger.name" $root }}
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
  namespaceSelector: {{ $off | ternary $never (dict "matchExpressions" $namespaces) | toJson }}
  objectSelector: {{ $off | ternary $never (dict "matchExpressions" $pods) | toJson }}
  {{- with $webhook.matchConditions }}
  matchConditions:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "outrigger.webhookAnnotations" -}}
{{- $annotations := deepCopy .Values.webhook.annotations -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "outrigger.named" (list . "outrigger-tls"))) -}}
{{- end -}}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* PREFIX-VALUE[-NAMESPACE]; neither `default` for a revision nor istio-system is in a name. */}}
{{- define "outrigger.configurationName" -}}
{{- $root := index . 0 -}}
{{- join "-" (compact (list (index . 1) (index . 2) (eq $root.Release.Namespace "istio-system" | ternary "" $root.Release.Namespace))) -}}
{{- end }}

{{- define "outrigger.revisionConfiguration" -}}
{{- $revision := include "outrigger.revision" . -}}
{{ include "outrigger.configurationName" (list . "istio-sidecar-injector" (eq $revision "default" | ternary "" $revision)) }}
{{- end }}

{{- define "outrigger.tagConfiguration" -}}
{{ include "outrigger.configurationName" (list (index . 0) "istio-revision-tag" (index . 1)) }}
{{- end }}
