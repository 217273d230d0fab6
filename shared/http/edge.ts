/**
 * The strict HTTP edge that the services share: an Elysia instance behind a door that lets only
 * well-formed requests in and only known answers out. A service's http.ts reads like this:
 *
 *   const refuse = refusals({
 *     parcel_exists: { status: 400, ru: 'Посылка уже есть', en: 'The parcel is there already' },
 *     parcel_not_found: { status: 404, ru: 'Посылка не найдена', en: 'There is no such parcel' },
 *   })
 *
 *   export const parcelApi = ({ log, store, find }: Deps) =>
 *     service({ prefix: '/parcel-service', title: 'Parcels', log })
 *       .post(
 *         '/parcel/create',
 *         async ({ body, set }) => {
 *           const stored = await store(body.parcel, body.worth) // worth is a bigint of minor units
 *           if (!stored) return refuse('parcel_exists')
 *           set.status = 201
 *           return { parcel: body.parcel, worth: body.worth }
 *         },
 *         {
 *           body: v.strictObject({ parcel: name, worth: amount }),
 *           response: {
 *             201: v.object({ parcel: v.string(), worth: money }),
 *             ...refuse.responses('parcel_exists'),
 *           },
 *           detail: { summary: 'Take a parcel in' },
 *         },
 *       )
 *       .get('/parcel/:parcel', …, { params: v.object({ parcel: name }), response: { 200: … } })
 *
 *   await run([…, listen(parcelApi(deps), { name: 'http', host, port, log })])
 *
 * - A handler returns a value, or `refuse('code')`. The compiler objects to a refusal that is not
 *   in the route's `response`. Throwing a refusal works too, from anywhere below.
 * - Any other error is answered 500 `internal_error` and logged with the request id; or 503, if
 *   `isUnavailable` says that a dependency is to blame.
 * - `amount` and `money` (amount.ts) are the two ends of money; no float in between. Declare bodies
 *   as `v.strictObject`, so that an unknown field is a 422.
 * - Params that do not fit are 400 `bad_path`, query parameters 400 `bad_query`, a body 422
 *   `validation_failed`, a response that does not fit its schema 500.
 * - In unit tests: `parcelApi(deps).handle(new Request('http://localhost/parcel-service/…'))`.
 */
import { Elysia } from 'elysia'
import { type DoorOptions, type Next, openDoor } from './door.ts'
import { Refusal } from './problem.ts'

export type EdgeOptions<Prefix extends string> = DoorOptions & { prefix: Prefix }

export const edge = <const Prefix extends string>({ prefix, ...options }: EdgeOptions<Prefix>) => {
  const door = openDoor(options)
  const hooks = new Elysia()
    // The door has read the body already and lets the request answer `json()` with it.
    .guard({ as: 'global', parse: ['json'] })
    .onError({ as: 'global' }, ({ request, error }) => door.failed(request, error))
    .onAfterHandle({ as: 'global' }, ({ request, responseValue }) =>
      responseValue instanceof Refusal ? door.failed(request, responseValue) : undefined,
    )
  const app = new Elysia({
    prefix,
    strictPath: true,
    normalize: false,
    // Otherwise the path of a URL with a short host name is misread.
    handler: { standardHostname: false },
  }).use(hooks)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Elysia types its own handler as any function.
  return app.wrap((next) => door.stand(app, next as unknown as Next))
}
