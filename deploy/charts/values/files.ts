import { brokerValues } from './broker.ts'
import { provisioningValues } from './provisioning.ts'
import { schemaOf, schemaText } from './schema.ts'
import { serviceValues } from './service.ts'
import { valuesText } from './yaml.ts'

/** Every chart that has values, below deploy/. */
export const CHARTS = {
  'charts/order-service': serviceValues('order'),
  'charts/billing-service': serviceValues('billing'),
  'charts/notification-service': serviceValues('notification'),
  'platform/provisioning': provisioningValues,
  'platform/kafka': brokerValues,
}

/** The files of the charts that are made from their values: path below deploy/, and text. */
export const madeFiles = (): { path: string; text: string }[] =>
  Object.entries(CHARTS).flatMap(([chart, values]) => [
    { path: `${chart}/values.schema.json`, text: schemaText(values) },
    { path: `${chart}/values.yaml`, text: valuesText(schemaOf(values)) },
  ])
