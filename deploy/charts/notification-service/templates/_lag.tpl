{{- define "service.lag" -}}
- { group: notification-outcomes, topic: approvedOrderTransaction }
- { group: notification-outcomes, topic: rejectedOrderTransaction }
{{- end -}}
