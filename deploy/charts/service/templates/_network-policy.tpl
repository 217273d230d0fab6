{{- /* Nothing of the release talks to anything but what is named here. */ -}}

{{- define "service.networkPolicies" -}}
{{ include "service.denyAll" . }}
---
{{ include "service.serviceNetworkPolicy" . }}
{{- if .Values.smokeTest.enabled }}
---
{{ include "service.smokeTestNetworkPolicy" . }}
{{- end }}
{{- if not (include "service.hasExistingDatabase" .) }}
---
{{ include "service.databaseNetworkPolicy" . }}
{{- end }}
{{- end -}}

{{- /* The head of a policy: (list $ name component). */ -}}
{{- define "service.policyMetadata" -}}
{{- $ := index . 0 -}}
name: {{ index . 1 }}
namespace: {{ $.Release.Namespace }}
labels:
  {{- include "service.labels" (list $ (index . 2)) | nindent 2 }}
{{- end -}}

{{- define "service.denyAll" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "service.policyMetadata" (list . (printf "%s-deny-all" (include "service.fullname" .)) "service") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
      app.kubernetes.io/part-of: exactly-once
  policyTypes: [Ingress, Egress]
{{- end -}}

{{- /* One rule: ("from" or "to", peers, TCP ports). No peers mean anyone, which egress alone may say. */ -}}
{{- define "service.rule" -}}
{{- $peers := index . 1 -}}
- {{ if $peers }}{{ index . 0 }}:
    {{- toYaml $peers | nindent 4 }}
  {{ end }}ports:
    {{- range index . 2 }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
{{- end -}}

{{- define "service.dnsRule" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.peers | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - protocol: UDP
      port: {{ int . }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
{{- end -}}

{{- /* Pods of this release, as a peer: (list $ component). */ -}}
{{- define "service.ownPods" -}}
- podSelector:
    matchLabels:
      {{- include "service.selector" . | nindent 6 }}
{{- end -}}

{{- define "service.databaseRule" -}}
{{- if include "service.hasExistingDatabase" . -}}
{{- with .Values.networkPolicy.database -}}
{{ include "service.rule" (list "to" .peers .ports) }}
{{- end -}}
{{- else -}}
{{ include "service.rule" (list "to" (include "service.ownPods" (list . "database") | fromYamlArray) (list 5432)) }}
{{- end -}}
{{- end -}}

{{- define "service.serviceNetworkPolicy" -}}
{{- $policy := .Values.networkPolicy -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "service.policyMetadata" (list . (include "service.fullname" .) "service") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "service.selector" (list . "service") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- $callers := $policy.ingressController.peers }}
    {{- if .Values.smokeTest.enabled }}
    {{- $callers = concat $callers $policy.smokeTest.peers }}
    {{- end }}
    {{- if $callers }}
    {{- include "service.rule" (list "from" $callers (list 8080)) | nindent 4 }}
    {{- end }}
    {{- if $policy.monitoring.peers }}
    {{- include "service.rule" (list "from" $policy.monitoring.peers (list 9090)) | nindent 4 }}
    {{- end }}
  egress:
    {{- include "service.dnsRule" . | nindent 4 }}
    {{- include "service.databaseRule" . | nindent 4 }}
    {{- include "service.rule" (list "to" $policy.broker.peers $policy.broker.ports) | nindent 4 }}
    {{- if .Values.tracing.endpoint }}
    {{- include "service.rule" (list "to" $policy.collector.peers $policy.collector.ports) | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "service.migrationNetworkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "service.policyMetadata" (list . (include "service.migrationName" .) "migration") | nindent 2 }}
  {{- if include "service.hasExistingDatabase" . }}
  annotations:
    {{- include "service.migrationHook" -10 | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- include "service.selector" (list . "migration") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "service.dnsRule" . | nindent 4 }}
    {{- include "service.databaseRule" . | nindent 4 }}
{{- end -}}

{{- define "service.smokeTestNetworkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "service.policyMetadata" (list . (printf "%s-smoke-test" (include "service.fullname" .)) "smoke-test") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "service.selector" (list . "smoke-test") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "service.dnsRule" . | nindent 4 }}
    {{- include "service.rule" (list "to" .Values.networkPolicy.smokeTest.services (list 8080)) | nindent 4 }}
{{- end -}}

{{- /* CloudNativePG's instances talk to one another, their operator and the API server, whose address no selector names. */ -}}
{{- define "service.databaseNetworkPolicy" -}}
{{- $isCloudnativepg := eq .Values.database.mode "cloudnativepg" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "service.policyMetadata" (list . (include "service.databaseName" .) "database") | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "service.selector" (list . "database") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- $clients := concat (include "service.ownPods" (list . "service") | fromYamlArray) (include "service.ownPods" (list . "migration") | fromYamlArray) }}
    {{- if $isCloudnativepg }}
    {{- $clients = concat $clients (include "service.ownPods" (list . "database") | fromYamlArray) }}
    {{- end }}
    {{- include "service.rule" (list "from" $clients (list 5432)) | nindent 4 }}
    {{- if and $isCloudnativepg .Values.networkPolicy.databaseOperator.peers }}
    {{- include "service.rule" (list "from" .Values.networkPolicy.databaseOperator.peers (list 5432 8000)) | nindent 4 }}
    {{- end }}
  {{- if $isCloudnativepg }}
  egress:
    {{- include "service.dnsRule" . | nindent 4 }}
    {{- include "service.rule" (list "to" (include "service.ownPods" (list . "database") | fromYamlArray) (list 5432 8000)) | nindent 4 }}
    {{- include "service.rule" (list "to" (list) (list 443 6443)) | nindent 4 }}
  {{- end }}
{{- end -}}
