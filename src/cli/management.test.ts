import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFolder, freePort, startHufu } from '../testing/hufu-process.ts'
import { metrics as catalogue } from './metrics/catalogue.ts'

const secret = 'hufucanary_secret_of_job_0123456789abcdef'

test('[LG-06] the management port has health and metrics by route and reason, and nothing that names anybody', async (context) => {
  const port = await freePort()
  const folder = await aFolder(context, {
    'seed.json': {
      clients: [
        {
          client_id: 'hufucanary-job',
          client_secret: secret,
          grant_types: ['client_credentials'],
          scope: 'orders.read',
        },
      ],
    },
    'hufu.config.json': {
      issuer: 'https://auth.shop.cn',
      listen: { port: 0 },
      shutdownDelay: 0,
      data: 'data',
      seed: 'seed.json',
      management: { port },
      traces: { enabled: true, trustParent: true },
      resources: [{ resource: 'https://api.shop.cn', scopes: ['orders.read'] }],
      scopes: [{ name: 'orders.read', title: 'orders' }],
    },
  })
  const server = await startHufu(context, ['start', '--config', 'hufu.config.json'], folder)
  const { url } = JSON.parse(server.stderr().split('\n')[0] ?? '') as { url: string }
  const ask = (form: Record<string, string>, id: string) =>
    fetch(`${url}/token?state=hufucanary`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${id}:${secret}`)}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      body: new URLSearchParams(form),
    })
  const tokens = await ask({ grant_type: 'client_credentials' }, 'hufucanary-job')
  await ask({ grant_type: 'hufucanary' }, 'hufucanary-job')
  await fetch(`${url}/hufucanary/hufucanary?code=hufucanary`)

  const management = `http://127.0.0.1:${port}`
  const [metrics, ready, other] = await Promise.all(
    ['/metrics', '/readyz', '/token'].map(async (path) => {
      const answer = await fetch(management + path)
      return { status: answer.status, text: await answer.text() }
    }),
  )

  assert.equal(tokens.status, 200)
  assert.deepEqual([metrics?.status, ready?.text, other?.status], [200, 'ready\n', 404])
  const text = metrics?.text ?? ''
  assert.match(text, /hufu_requests_total\{method="POST",route="\/token",status="2xx"\} 1\n/)
  assert.match(text, /hufu_requests_total\{method="GET",route="other",status="4xx"\} 1\n/)
  assert.match(text, /hufu_events_total\{[^}]*outcome="done"[^}]*grant="client_credentials"\} 1\n/)
  assert.match(text, /hufu_events_total\{[^}]*outcome="refused",reason="grant_unknown"[^}]*\} 1\n/)
  assert.match(text, /hufu_store_calls_total\{call="\w+",outcome="done"\} \d+\n/)
  assert.match(text, /hufu_ready 1\n/)
  assert.match(text, /hufu_nodejs_eventloop_lag_p99_seconds /)
  const absent = Object.values(catalogue).filter(({ name }) => !new RegExp(`^${name}(?:_count)?[ {]`, 'm').test(text))
  assert.deepEqual(
    absent.map(({ name }) => name).filter((name) => !name.startsWith('hufu_pool_')),
    [],
  )
  assert.ok(!text.includes('hufucanary'))
  assert.equal((await fetch(`${url}/metrics`)).status, 404)
  assert.equal(await server.stop('SIGTERM'), 0)
})
