{{/* The labels of a pod, for a list of the root, the labels that have to be, and those of the user. */}}
{{- define "outrigger.podLabels" -}}
{{- /* Never injected: it may start before any injector is running. */ -}}
{{- $fixed := dict "sidecar.istio.io/inject" "false" -}}
{{ merge $fixed (index . 1) (index . 2) ((index . 0).Values.commonLabels | default dict) | toYaml }}
{{- end }}

{{/* A security context, for a list of the root and the context: OpenShift chooses the users, and refuses pods that do. */}}
{{- define "outrigger.securityContext" -}}
{{- $root := index . 0 -}}
{{- $context := deepCopy (index . 1) -}}
{{- if or (eq $root.Values.injector.platform "openshift") ($root.Capabilities.APIVersions.Has "security.openshift.io/v1") -}}
{{- range list "runAsUser" "runAsGroup" "fsGroup" -}}
{{- $_ := unset $context . -}}
{{- end -}}
{{- end -}}
{{ toYaml $context }}
{{- end }}

{{/* The environment of the injector, a YAML list. */}}
{{- define "outrigger.env" -}}
{{- $env := list -}}
{{- range $name, $field := dict "POD_NAME" "metadata.name" "POD_NAMESPACE" "metadata.namespace" -}}
{{- $env = append $env (dict "name" $name "valueFrom" (dict "fieldRef" (dict "fieldPath" $field))) -}}
{{- end -}}
{{- range $name, $value := .Values.injector.env -}}
{{- $env = append $env (dict "name" $name "value" $value) -}}
{{- end -}}
{{ concat $env .Values.extraEnv | toYaml }}
{{- end }}

{{/* The Secrets that the injector mounts, as a JSON object: where, by the names of volumes. */}}
{{- define "outrigger.mounts" -}}
{{- $mounts := dict -}}
{{- with include "outrigger.tlsSecret" . -}}
{{- $_ := set $mounts "tls" (dict "path" "/etc/outrigger/tls" "secret" (dict "secretName" .)) -}}
{{- end -}}
{{- with .Values.clientAuthentication -}}
{{- if .secretName -}}
{{- $items := list (dict "key" .key "path" .key) -}}
{{- $_ := set $mounts "client-ca" (dict "path" "/etc/outrigger/client-ca" "secret" (dict "secretName" .secretName "items" $items)) -}}
{{- end -}}
{{- end -}}
{{ toJson $mounts }}
{{- end }}

{{/* Volumes and their mounts, as a JSON object of two lists. Directories, not files (subPath): only those follow a Secret. */}}
{{- define "outrigger.volumes" -}}
{{- $volumes := list -}}
{{- $mounts := list -}}
{{- range $name, $mount := include "outrigger.mounts" . | fromJson -}}
{{- $volumes = append $volumes (dict "name" $name "secret" $mount.secret) -}}
{{- $mounts = append $mounts (dict "name" $name "mountPath" $mount.path "readOnly" true) -}}
{{- end -}}
{{ dict "volumes" (concat $volumes .Values.extraVolumes) "mounts" (concat $mounts .Values.extraVolumeMounts) | toJson }}
{{- end }}

{{/*
How a Deployment is updated: a new pod is ready before an old one stops. On the network of nodes two can't share a port, so that
there an old one stops first.
*/}}
{{- define "outrigger.updateStrategy" -}}
{{- if .Values.updateStrategy -}}
{{ toYaml .Values.updateStrategy }}
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: {{ .Values.hostNetwork | ternary 0 1 }}
  maxUnavailable: {{ .Values.hostNetwork | ternary 1 0 }}
{{- end -}}
{{- end }}

{{/* A YAML list. */}}
{{- define "outrigger.topologySpreadConstraints" -}}
{{- if .Values.topologySpreadConstraints -}}
{{ toYaml .Values.topologySpreadConstraints }}
{{- else -}}
{{- $constraints := list -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" -}}
{{- $labels := include "outrigger.selectorLabels" $ | fromYaml -}}
{{- $constraint := dict "topologyKey" . "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" (dict "matchLabels" $labels) -}}
{{- if semverCompare ">=1.27.0-0" $.Capabilities.KubeVersion.Version -}}
{{- /* The pods of one rollout are spread, whatever those that it replaces. */ -}}
{{- $_ := set $constraint "matchLabelKeys" (list "pod-template-hash") -}}
{{- end -}}
{{- $constraints = append $constraints $constraint -}}
{{- end -}}
{{ toYaml $constraints }}
{{- end -}}
{{- end }}
