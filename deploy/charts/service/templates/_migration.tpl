{{- /*
The migration Job. With an existing database it is a hook before install and upgrade, together with
what it needs: a failing migration stops the release, and nothing of it is left. Where the database
is part of the release a hook would run before there is one, or, after the install, deadlock with
--wait; there it is a Job of this revision, for which the pods wait.
*/ -}}

{{- define "service.migrationName" -}}
{{- printf "%s-migrate" (include "service.fullname" .) -}}
{{- end -}}

{{- /* The annotations of a hook, by its weight. */ -}}
{{- define "service.migrationHook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- define "service.migration" -}}
{{- $isHook := include "service.hasExistingDatabase" . -}}
{{ include "service.serviceAccount" (list . (include "service.migrationName" .) "migration" (ternary (include "service.migrationHook" -10) "" (eq $isHook "true"))) }}
{{- if .Values.networkPolicy.enabled }}
---
{{ include "service.migrationNetworkPolicy" . }}
{{- end }}
---
{{ include "service.migrationJob" . }}
{{- end -}}

{{- define "service.migrationVariables" -}}
{{ include "service.databaseVariables" . }}
LOG_LEVEL: {{ .Values.config.logLevel }}
{{- end -}}

{{- define "service.migrationJob" -}}
{{- $isHook := include "service.hasExistingDatabase" . -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "service.migrationName" . }}{{ if not $isHook }}-{{ .Release.Revision }}{{ end }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "service.labels" (list . "migration") | nindent 4 }}
  {{- if $isHook }}
  annotations:
    {{- include "service.migrationHook" 0 | nindent 4 }}
    helm.sh/hook-output-log-policy: hook-failed
  {{- end }}
spec:
  activeDeadlineSeconds: {{ .Values.migration.deadlineSeconds }}
  backoffLimit: 3
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      labels:
        {{- include "service.podLabels" (list . "migration") | nindent 8 }}
    spec:
      {{- include "service.podTop" (list . (include "service.migrationName" .) 10001) | nindent 6 }}
      # Never, so that the logs of a failed attempt can be read.
      restartPolicy: Never
      containers:
        - name: migrate
          image: {{ include "service.image" (list . .Values.image) }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args: [/app/migrate.js]
          env:
            {{- include "service.environment" (include "service.migrationVariables" . | fromYaml) | trim | nindent 12 }}
            {{- with .Values.database.roles.app }}
            - name: DATABASE_APP_ROLE
              value: {{ . | quote }}
            {{- end }}
            {{- with .Values.database.roles.auditor }}
            - name: DATABASE_AUDITOR_ROLE
              value: {{ . | quote }}
            {{- end }}
          resources:
            {{- include "service.resources" .Values.migration.resources | nindent 12 }}
          securityContext:
            {{- include "service.containerSecurity" . | nindent 12 }}
          volumeMounts:
            {{- include "service.secretsMount" . | nindent 12 }}
            {{- include "service.temporaryMount" . | nindent 12 }}
      {{- include "service.nodes" . | nindent 6 }}
      volumes:
        {{- include "service.secretsVolume" (include "service.databaseFiles" (list . (include "service.migratorSecret" .))) | nindent 8 }}
        {{- include "service.temporaryVolume" . | nindent 8 }}
{{- end -}}
