import { expect, test } from 'bun:test'
import { listenInodes, portOwner } from './port-owner.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0
`

test.each([
  ['who listens, not who is connected', 8080, ['111']],
  ['a short number is padded', 80, ['333']],
  ['nobody', 1234, []],
])('%s', (_name, port, inodes) => {
  expect(listenInodes(TABLE, port)).toEqual(inodes)
})

test.if(process.platform === 'linux')('finds this process by its port', async () => {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  expect(portOwner(server.port ?? 0)).toStartWith(`process ${process.pid} (`)
  await server.stop(true)
})
