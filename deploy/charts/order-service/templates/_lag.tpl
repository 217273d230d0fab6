{{- define "service.lag" -}}
- { group: order-outcomes, topic: approvedOrderTransaction }
- { group: order-outcomes, topic: rejectedOrderTransaction }
{{- end -}}
