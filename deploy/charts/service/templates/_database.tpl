{{- /* Which database, as whom, by which Secret. */ -}}

{{- define "service.databaseName" -}}
{{- printf "%s-database" (include "service.fullname" .) -}}
{{- end -}}

{{- define "service.hasExistingDatabase" -}}
{{- if eq .Values.database.mode "existing" }}true{{ end -}}
{{- end -}}

{{- /* Secret and key with the URL of the service's role. */ -}}
{{- define "service.databaseSecret" -}}
{{- $own := dict "name" (include "service.databaseName" .) "key" "url" -}}
{{- with .Values.database -}}
{{- if and .url .secret.name -}}
{{- fail "database.url and database.secret.name exclude each other" -}}
{{- end -}}
{{- if and (eq .mode "existing") (not .url) -}}
{{- dict "name" (default $own.name .secret.name) "key" .secret.key | toYaml -}}
{{- else -}}
{{- toYaml $own -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Secret and key with the URL of the role that owns the tables. */ -}}
{{- define "service.migratorSecret" -}}
{{- $own := dict "name" (printf "%s-migrator" (include "service.fullname" .)) "key" "url" -}}
{{- with .Values.database -}}
{{- if and .migratorUrl .migratorSecret.name -}}
{{- fail "database.migratorUrl and database.migratorSecret.name exclude each other" -}}
{{- end -}}
{{- if and (eq .mode "existing") (not .migratorUrl) -}}
{{- dict "name" (default $own.name .migratorSecret.name) "key" .migratorSecret.key | toYaml -}}
{{- else -}}
{{- toYaml $own -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Secret and key with the certificate authority, or nothing for the system's roots. */ -}}
{{- define "service.databaseAuthority" -}}
{{- with .Values.database -}}
{{- if eq .mode "cloudnativepg" -}}
{{- dict "name" (printf "%s-ca" (include "service.databaseName" $)) "key" "ca.crt" | toYaml -}}
{{- else if and (eq .mode "existing") .tls.enabled .tls.caSecret.name -}}
{{- toYaml .tls.caSecret -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "service.databaseVariables" -}}
{{- $tls := or (eq .Values.database.mode "cloudnativepg") (and (eq .Values.database.mode "existing") .Values.database.tls.enabled) -}}
DATABASE_URL_FILE: /secrets/database/url
DATABASE_TLS: {{ ternary "verify" "off" $tls | quote }}
{{- if include "service.databaseAuthority" . }}
DATABASE_CA_FILE: /secrets/database/ca.crt
{{- end }}
{{- end -}}

{{- /* Sources of the volume at /secrets: (list $ secretAndKeyInYaml). */ -}}
{{- define "service.databaseFiles" -}}
{{- with index . 1 | fromYaml -}}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: database/url
{{- end }}
{{- with include "service.databaseAuthority" (index . 0) | fromYaml }}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: database/ca.crt
{{- end }}
{{- end -}}

{{- /* A Secret with one URL: (list $ name url annotations). */ -}}
{{- define "service.urlSecret" -}}
{{- $ := index . 0 -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ index . 1 }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "database") | nindent 4 }}
  {{- with index . 3 }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
type: Opaque
stringData:
  url: {{ index . 2 | quote }}
{{- end -}}

{{- /* The Secrets of mode existing, where values give the URLs. */ -}}
{{- define "service.existingDatabase" -}}
{{- with .Values.database.url }}
{{ include "service.urlSecret" (list $ (include "service.databaseSecret" $ | fromYaml).name . "") }}
{{- end }}
{{- with .Values.database.migratorUrl }}
---
{{ include "service.urlSecret" (list $ (include "service.migratorSecret" $ | fromYaml).name . (include "service.migrationHook" -10)) }}
{{- end }}
{{- end -}}
