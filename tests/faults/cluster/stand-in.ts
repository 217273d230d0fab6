import { crashPoint } from '../../../shared/crash-point.ts'

/** Stands in for a service: passes a crash point again and again, and tells what time it is. */
setInterval(() => {
  crashPoint('write.open')
  const told = {
    now: Date.now(),
    made: new Date().getTime(),
    parsed: new Date(0).toISOString(),
    isDate: new Date() instanceof Date,
    year: Number(/\b(\d{4})\b/.exec(Date())?.[1]),
    steady: performance.now(),
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}, 5)
