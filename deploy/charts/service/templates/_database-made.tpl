{{- /* What the databases that come with the release have in common: three roles and their passwords. */ -}}

{{- /*
A Secret with the passwords, and one with the URL for each of service and migrator: (list $ host extra).
In one template, because a password has to be the same wherever it is: it is the one that is there
already, else the one that is given, else a new one. `extra` is a template for more objects with the
passwords in them: (list $ passwords).
*/ -}}
{{- define "service.madeSecrets" -}}
{{- $ := index . 0 -}}
{{- $name := printf "%s-passwords" (include "service.databaseName" $) -}}
{{- $short := include "service.short" $ -}}
{{- $address := printf "%s.%s.svc:5432/%s" (index . 1) $.Release.Namespace $short -}}
{{- $kept := (lookup "v1" "Secret" $.Release.Namespace $name).data | default dict -}}
{{- $passwords := dict -}}
{{- $roles := list "migrator" "app" "auditor" -}}
{{- if eq $.Values.database.mode "development" -}}
{{- $roles = append $roles "admin" -}}
{{- end -}}
{{- range $role := $roles -}}
{{- $new := get $.Values.database.passwords $role | default (randAlphaNum 32) -}}
{{- $_ := set $passwords $role (hasKey $kept $role | ternary (get $kept $role | default "" | b64dec) $new) -}}
{{- end -}}
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "service.labels" (list $ "database") | nindent 4 }}
type: Opaque
stringData:
  {{- toYaml $passwords | nindent 2 }}
---
{{ include "service.urlSecret" (list $ (include "service.databaseSecret" $ | fromYaml).name (printf "postgres://%s_app:%s@%s" $short $passwords.app $address) "") }}
---
{{ include "service.urlSecret" (list $ (include "service.migratorSecret" $ | fromYaml).name (printf "postgres://%s_migrator:%s@%s" $short $passwords.migrator $address) "") }}
{{- with index . 2 }}
---
{{ include . (list $ $passwords) }}
{{- end }}
{{- end -}}

{{- define "service.rolesSql" -}}
{{- required "files/roles.sql is missing" (.Subcharts.service.Files.Get "files/roles.sql") -}}
{{- end -}}
