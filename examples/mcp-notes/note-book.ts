import type { Caller } from 'hufu/guard'

/** Whose notes they are. A subject is unique within its issuer only, so it takes both. */
export type Owner = Pick<Caller, 'issuer' | 'subject'>

export interface NoteBook {
  readonly list: (owner: Owner) => readonly string[]
  /** @returns false if the owner has as many notes as anybody may have */
  readonly add: (owner: Owner, text: string) => boolean
}

/** Notes of one person at most. */
const maxNotes = 1000
/** Characters of one note. */
export const maxNoteLength = 2000

/** Everybody's notes, in memory. Each call names the owner: nobody's notes can be asked for without. */
export function createNoteBook(): NoteBook {
  const notes = new Map<string, readonly string[]>()
  const list = (owner: Owner) => notes.get(keyOf(owner)) ?? []

  return {
    list,
    add(owner, text) {
      const kept = list(owner)
      if (kept.length >= maxNotes) return false

      notes.set(keyOf(owner), [...kept, text])
      return true
    },
  }
}

const keyOf = ({ issuer, subject }: Owner) => JSON.stringify([issuer, subject])
