import { run } from './program.ts'

// Whoever reads the output may have had enough of it, as `head` has. Then there is nobody to tell more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2), process.env)
