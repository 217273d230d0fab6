{{- define "service.horizontalPodAutoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "service.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "service.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .Values.autoscaling.targetCpu }}
{{- end -}}

{{- /* Each chart says in "service.lag" which groups read which topics. */ -}}
{{- define "service.scaledObject" -}}
{{- with .Values.keda -}}
{{- $hasCredentials := ne $.Values.kafka.sasl.mechanism "none" -}}
{{- $hasAuthority := and $.Values.kafka.tls.enabled $.Values.kafka.tls.caSecret.name -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ include "service.fullname" $ }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "service") | nindent 4 }}
spec:
  scaleTargetRef:
    name: {{ include "service.fullname" $ }}
  minReplicaCount: {{ .minReplicas }}
  maxReplicaCount: {{ .maxReplicas }}
  pollingInterval: {{ .pollingInterval }}
  cooldownPeriod: {{ .cooldownPeriod }}
  triggers:
    {{- range include "service.lag" $ | fromYamlArray }}
    - type: kafka
      metadata:
        bootstrapServers: {{ join "," $.Values.kafka.brokers | quote }}
        consumerGroup: {{ .group }}
        topic: {{ .topic }}
        lagThreshold: {{ $.Values.keda.lagThreshold | quote }}
        offsetResetPolicy: earliest
        {{- if $.Values.kafka.tls.enabled }}
        tls: enable
        {{- end }}
        {{- if $hasCredentials }}
        sasl: {{ get (dict "scram-sha-512" "scram_sha512" "scram-sha-256" "scram_sha256" "plain" "plaintext") $.Values.kafka.sasl.mechanism }}
        {{- end }}
      {{- if or $hasCredentials $hasAuthority }}
      authenticationRef:
        name: {{ include "service.fullname" $ }}
      {{- end }}
    {{- end }}
{{- if or $hasCredentials $hasAuthority }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ include "service.fullname" $ }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "service") | nindent 4 }}
spec:
  secretTargetRef:
    {{- if $hasCredentials }}
    {{- range $parameter, $key := include "service.kafkaKeys" $ | fromYaml }}
    - parameter: {{ $parameter }}
      name: {{ include "service.kafkaSecretName" $ }}
      key: {{ $key }}
    {{- end }}
    {{- end }}
    {{- if $hasAuthority }}
    - parameter: ca
      name: {{ $.Values.kafka.tls.caSecret.name }}
      key: {{ $.Values.kafka.tls.caSecret.key }}
    {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "service.podDisruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "service.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
spec:
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "service.selector" (list . "service") | nindent 6 }}
{{- end -}}
