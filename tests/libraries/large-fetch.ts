import { fetched } from './record-batch.ts'

// Decodes a record batch with as many records as the argument says, and prints how many came out.
// A process of its own, because its stack is made small from outside.
const size = Number(process.argv[2])
const records = Array.from({ length: size }, (_, offset) => ({ offset, key: null, value: null }))
const batch = await fetched(0, [{ baseOffset: 0, lastOffset: size - 1, records }])
console.log(batch.messages.length)
