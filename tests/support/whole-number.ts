/** The number that an option names; throws a sentence about what is wrong with it. */
export const wholeNumber = (name: string, text: string, min: number, max: number): number => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= min && number <= max) return number
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, not '${text}'`)
}
