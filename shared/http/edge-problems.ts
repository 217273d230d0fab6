import { refusals } from './problem.ts'

/** What the edge itself refuses, before or instead of a handler. The same in every service. */
export const refuse = refusals({
  bad_request: { status: 400, ru: 'Некорректный запрос', en: 'The request is malformed' },
  bad_path: { status: 400, ru: 'Некорректный адрес', en: 'The path is malformed' },
  bad_query: {
    status: 400,
    ru: 'Некорректные параметры запроса',
    en: 'The query is malformed or has an unknown parameter',
  },
  malformed_json: {
    status: 400,
    ru: 'Тело запроса не является корректным JSON',
    en: 'The body is not well-formed JSON',
  },
  not_found: { status: 404, ru: 'Страница не найдена', en: 'There is nothing at this path' },
  method_not_allowed: {
    status: 405,
    ru: 'Метод не поддерживается',
    en: 'The method is not allowed here',
  },
  body_too_large: {
    status: 413,
    ru: 'Тело запроса слишком велико',
    en: 'The body is larger than 16 KB',
  },
  unsupported_media_type: {
    status: 415,
    ru: 'Тело запроса должно быть application/json в UTF-8 без сжатия',
    en: 'The body must be application/json, in UTF-8, not compressed',
  },
  validation_failed: {
    status: 422,
    ru: 'Запрос не прошел проверку',
    en: 'The request is well-formed but not acceptable',
  },
  internal_error: { status: 500, ru: 'Внутренняя ошибка', en: 'Something went wrong on our side' },
  service_unavailable: {
    status: 503,
    ru: 'Сервис временно недоступен, повторите позже',
    en: 'The service is not available for the moment, try again later',
    retryAfterSeconds: 1,
  },
})
