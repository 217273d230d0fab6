{{- define "service.lag" -}}
- { group: billing-intake, topic: order }
- { group: billing-ledger, topic: bankTransaction }
{{- end -}}
