{{- define "service.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "service.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
data:
  {{- include "service.variables" . | nindent 2 }}
{{- end -}}

{{- /* Everything that is no secret, and where the secrets are. */ -}}
{{- define "service.variables" -}}
HOST: 0.0.0.0
PORT: "8080"
OPS_PORT: "9090"
{{ include "service.databaseVariables" . }}
DATABASE_CONNECTIONS: {{ .Values.database.connections | quote }}
MIGRATIONS: await
{{ include "service.kafkaVariables" . }}
LOG_LEVEL: {{ .Values.config.logLevel }}
STOP_LINGER_MS: "5000"
{{- with .Values.tracing }}
{{- if .endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .endpoint }}
OTEL_TRACES_SAMPLER: {{ .sampler }}
OTEL_TRACES_SAMPLER_ARG: {{ .ratio | quote }}
{{- end }}
{{- end }}
{{- with .Values.config.sweepAfterMs }}
SWEEP_AFTER_MS: {{ int . | quote }}
{{- end }}
{{- with .Values.config.balanceDeadlineMs }}
BALANCE_DEADLINE_MS: {{ int . | quote }}
{{- end }}
{{- end -}}

{{- define "service.deployment" -}}
{{- $fullname := include "service.fullname" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $fullname }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "service") | nindent 4 }}
spec:
  {{- if not (or .Values.autoscaling.enabled .Values.keda.enabled) }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      {{- include "service.selector" (list . "service") | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  template:
    metadata:
      labels:
        {{- include "service.podLabels" (list . "service") | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/config: {{ include "service.variables" . | sha256sum }}
        {{- with include "service.kafkaSecret" . }}
        checksum/kafka: {{ sha256sum . }}
        {{- end }}
        {{- with .Values.database.url }}
        checksum/database: {{ sha256sum . }}
        {{- end }}
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "service.podTop" (list . $fullname 10001) | nindent 6 }}
      # The process goes on serving for 5 s after SIGTERM, then finishes what it has.
      terminationGracePeriodSeconds: 30
      initContainers:
        - name: await-migrations
          image: {{ include "service.image" (list . .Values.image) }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args: [/app/migrate.js, --await]
          env:
            {{- include "service.environment" (include "service.migrationVariables" . | fromYaml) | trim | nindent 12 }}
          resources:
            {{- include "service.resources" .Values.migration.resources | nindent 12 }}
          securityContext:
            {{- include "service.containerSecurity" . | nindent 12 }}
          volumeMounts:
            {{- include "service.secretsMount" . | nindent 12 }}
            {{- include "service.temporaryMount" . | nindent 12 }}
      containers:
        - name: {{ include "service.short" . }}
          image: {{ include "service.image" (list . .Values.image) }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          envFrom:
            - configMapRef:
                name: {{ $fullname }}
          ports:
            - name: http
              containerPort: 8080
            - name: ops
              containerPort: 9090
          # Only /ready knows of database and broker: nothing is mended by a restart when they are away.
          startupProbe:
            httpGet: { path: /live, port: ops }
            periodSeconds: 1
            timeoutSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet: { path: /ready, port: ops }
            periodSeconds: 3
            timeoutSeconds: 2
            failureThreshold: 2
          livenessProbe:
            httpGet: { path: /live, port: ops }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          resources:
            {{- include "service.resources" .Values.resources | nindent 12 }}
          securityContext:
            {{- include "service.containerSecurity" . | nindent 12 }}
          volumeMounts:
            {{- include "service.secretsMount" . | nindent 12 }}
            {{- include "service.temporaryMount" . | nindent 12 }}
      {{- include "service.placement" . | nindent 6 }}
      volumes:
        {{- $files := list (include "service.databaseFiles" (list . (include "service.databaseSecret" .))) (include "service.kafkaFiles" . | trim) }}
        {{- include "service.secretsVolume" (join "\n" (compact $files)) | nindent 8 }}
        {{- include "service.temporaryVolume" . | nindent 8 }}
{{- end -}}

{{- define "service.placement" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .Values.topologySpread.whenUnsatisfiable }}
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "service.selector" (list . "service") | nindent 8 }}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "service.selector" (list . "service") | nindent 8 }}
{{ include "service.nodes" . }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
