import { randomInt } from 'node:crypto'

const first =
  'amber autumn birch bright calm cedar clear cloud copper coral crane dawn deep early ember fern garden gentle ginger golden green harvest hazel high ivory jade jasmine juniper lantern lemon lotus lucky lunar maple marble meadow mellow misty morning moss noble northern olive orchid paper pearl pepper pine plum quiet rapid river rosy sage sandal scarlet silk silver snow soft spring stone summer sunny swift tea tender velvet warm wild willow winter'.split(
    ' ',
  )
const second =
  'arch bamboo basin bay bell boat bridge brook canal candle canyon castle cliff comet compass cottage dragon drum falcon farm feather field forest fountain gate glade grove harbor haven heron hill island kettle kite lake lark ledge lighthouse market mill mirror mountain oasis ocean orchard otter pagoda panda path pavilion peak phoenix pond port quarry rain ridge road sail shore sky spark square star stream swan temple terrace tiger tower trail valley village wave well wharf window'.split(
    ' ',
  )

/**
 * A password that is easy to read off a screen and to type: `maple-harbor-42`. It has some 19 bits, enough for an
 * account that lives on this machine for one run of the demo and is throttled, and for nothing else.
 */
export const makePassword = () => `${pick(first)}-${pick(second)}-${randomInt(10, 100)}`

const pick = (words: readonly string[]) => words[randomInt(words.length)]!
