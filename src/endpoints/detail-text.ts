import type { ConsentDetail } from '../pages/consent-details.ts'
import type { Messages } from '../pages/locales/en.ts'
import type { DetailField, DetailType, DetailValue } from '../protocol/detail-type.ts'
import type { AuthorizationDetail } from '../protocol/particulars.ts'
import type { Language } from '../protocol/resource.ts'
import type { Settings } from '../protocol/settings.ts'

type Shown = readonly [field: DetailField, value: DetailValue]

/** What is asked for in detail, as a person reads it (RFC 9396 section 3): every field that is there, none left out. */
export const describeDetails = (
  details: readonly AuthorizationDetail[],
  { authorizationDetailTypes }: Settings,
  t: Messages,
): readonly ConsentDetail[] =>
  details.map((detail) => {
    const type = authorizationDetailTypes.get(detail.type)
    // Its type was taken out of the settings while the person was away: nobody can say what it means.
    if (type === undefined) throw new Error('a request is waiting whose type of authorization_details is gone')

    return describe(detail, type, t)
  })

function describe(detail: AuthorizationDetail, { title, description, transaction, fields }: DetailType, t: Messages) {
  const language = t.lang as Language
  const shown = [...fields].flatMap(([name, field]): Shown[] =>
    detail[name] === undefined ? [] : [[field, detail[name] as DetailValue]],
  )
  const amount = shown.find(([{ kind }]) => kind === 'amount')
  const currency = amount && shown.find(([{ kind }]) => kind === 'currency')

  return {
    title: title[language],
    description: description[language],
    transaction,
    money: amount && [amount, currency].flatMap((each) => (each === undefined ? [] : String(each[1]))).join(' '),
    fields: shown
      .filter((each) => each !== amount && each !== currency)
      .map(([field, value]) => ({ title: field.title[language], values: valuesOf(value, field, t) })),
  }
}

function valuesOf(value: DetailValue, field: DetailField, t: Messages): readonly string[] {
  const language = t.lang as Language
  if (field.kind === 'boolean') return [value === true ? t.consent.yes : t.consent.no]
  const texts = [value].flat().map(String)
  const named = field.kind === 'enum' || field.kind === 'list' ? field.values : undefined

  return texts.map((each) => named?.get(each)?.[language] ?? each)
}
