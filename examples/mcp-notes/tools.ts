import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { maxNoteLength } from './note-book.ts'
import type { NoteBook, Owner } from './note-book.ts'

/** What every request needs, whatever it asks: a client that has this may look around. */
export const baseScope = ['notes.read'] as const

/** Who may write may also read: a client that asks for what a challenge names, and no more, can go on. */
export const scopeHierarchy = { 'notes.write': ['notes.read'] }

/** What a call of each tool needs. */
export const toolScopes: Readonly<Record<string, readonly string[]>> = {
  list_notes: baseScope,
  add_note: ['notes.write'],
}

/** The scope that a JSON-RPC message needs. */
export function scopeNeededBy(message: unknown): readonly string[] {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } }
  const name = method === 'tools/call' ? params?.name : undefined

  return typeof name === 'string' && Object.hasOwn(toolScopes, name) ? toolScopes[name]! : baseScope
}

/** The tools of one caller, who sees their own notes only. The access token itself never gets this far. */
export function createNotesServer(owner: Owner, book: NoteBook): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })

  server.registerTool(
    'list_notes',
    { title: 'List notes', description: 'Your notes, oldest first.', annotations: { readOnlyHint: true } },
    () => say(...book.list(owner)),
  )
  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description: 'Writes a note down.',
      inputSchema: { text: z.string().min(1).max(maxNoteLength) },
    },
    ({ text }) => (book.add(owner, text) ? say('Noted.') : { ...say('The book is full.'), isError: true }),
  )

  return server
}

const say = (...texts: readonly string[]) => ({ content: texts.map((text) => ({ type: 'text' as const, text })) })
