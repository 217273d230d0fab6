/**
 * Whether the client would rather read English than Russian (RFC 9110, 12.5.4). Russian is the
 * answer when it does not say, says both equally, or says something that cannot be read.
 */
export const prefersEnglish = (acceptLanguage: string | null): boolean => {
  if (acceptLanguage === null || acceptLanguage.length > LENGTH_MAX) return false
  const wishes = acceptLanguage.split(',').map(readWish)
  return weightOf('en', wishes) > weightOf('ru', wishes)
}

type Wish = { language: string; weight: number }

const readWish = (text: string): Wish => {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
  return { language: tag.split('-')[0] ?? '', weight: Number(weight) || 0 }
}

const weightOf = (language: string, wishes: readonly Wish[]): number =>
  Math.max(0, ...wishes.filter((wish) => wish.language === language).map(({ weight }) => weight))

/** Longer than any browser sends; what is beyond is not worth reading. */
const LENGTH_MAX = 200
