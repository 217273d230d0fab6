import { join } from 'node:path'
import { ensureDatabase, serviceUrl } from '../../../deploy/local/databases.ts'
import { SERVICES, type ServiceName } from '../../../deploy/local/services.ts'
import { migrate } from '../../../shared/migrations.ts'

/** One thing for each service. */
export const forServices = <T>(make: (name: ServiceName) => T): Record<ServiceName, T> => ({
  order: make('order'),
  billing: make('billing'),
  notification: make('notification'),
})

/** A database for each service, with the tables that these sources say. */
export const makeDatabases = async (adminUrl: string, sources: string): Promise<void> => {
  for (const { name } of SERVICES) {
    await ensureDatabase(adminUrl, name)
    await migrate({ url: serviceUrl(adminUrl, name) }, join(sources, name, 'migrations'))
  }
}

/** Each service's own url, on another port of this machine. */
export const urlsOnPort = (adminUrl: string, port: number): Record<ServiceName, string> =>
  forServices((name) => {
    const url = new URL(serviceUrl(adminUrl, name))
    url.port = String(port)
    return url.href
  })
