{{- /* All objects of a service's release, in the order in which one reads them. */ -}}
{{- define "service.objects" -}}
{{- include "service.checkPartitions" . }}
{{ include (printf "service.%sDatabase" .Values.database.mode) . }}
---
{{ include "service.migration" . }}
---
{{ include "service.serviceAccount" (list . (include "service.fullname" .) "service" "") }}
---
{{ include "service.configMap" . }}
---
{{ include "service.kafkaSecret" . }}
---
{{ include "service.deployment" . }}
---
{{ include "service.service" . }}
{{- if .Values.networkPolicy.enabled }}
---
{{ include "service.networkPolicies" . }}
{{- end }}
{{- if .Values.autoscaling.enabled }}
---
{{ include "service.horizontalPodAutoscaler" . }}
{{- end }}
{{- if .Values.keda.enabled }}
---
{{ include "service.scaledObject" . }}
{{- end }}
{{- if .Values.podDisruptionBudget.enabled }}
---
{{ include "service.podDisruptionBudget" . }}
{{- end }}
{{- if .Values.ingress.enabled }}
---
{{ include "service.ingress" . }}
{{- end }}
{{- if .Values.httpRoute.enabled }}
---
{{ include "service.httpRoute" . }}
{{- end }}
{{- if .Values.serviceMonitor.enabled }}
---
{{ include "service.serviceMonitor" . }}
{{- end }}
{{- if .Values.prometheusRule.enabled }}
---
{{ include "service.prometheusRule" . }}
{{- end }}
{{- if .Values.dashboard.enabled }}
---
{{ include "service.dashboard" . }}
{{- end }}
{{- if .Values.smokeTest.enabled }}
---
{{ include "service.smokeTest" . }}
{{- end }}
{{- end -}}
