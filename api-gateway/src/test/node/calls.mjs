// Calls the gateway with a real oRPC v1 client: node calls.mjs <url> <key> <read-only key>
// Exits 0 when every answer and every error arrives as the client's own types promise.
import assert from 'node:assert/strict'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'

const [url, key, readOnlyKey] = process.argv.slice(2)

/** @param {string | undefined} apiKey */
function clientOf(apiKey) {
  const headers = { origin: 'https://app.example.org', ...(apiKey ? { 'x-api-key': apiKey } : {}) }
  return createORPCClient(new RPCLink({ url: `${url}/v1`, headers }))
}

/** @param {Promise<unknown>} call */
async function errorOf(call) {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof ORPCError, `not typed: ${error}`)
    return error
  }
  assert.fail('the call should have failed')
}

const client = clientOf(key)

const big = 123456789012345678901234567890n
const answer = await client.jobs.create({
  name: 'n',
  params: { when: new Date(0), set: new Set([1]), map: new Map([['k', 1]]), none: undefined, big },
})
assert.equal(answer.name, 'n')
assert.deepEqual(Object.keys(answer.params).sort(), ['big', 'map', 'set', 'when'])
assert.equal(answer.params.when, '1970-01-01T00:00:00.000Z')
assert.deepEqual(answer.params.set, [1])

assert.ok(await client.jobs.list(), 'a call without input')
assert.equal((await client.jobs.list({ limit: 5n })).name, null)

const expected = [
  [() => client.jobs.get({ id: 'x' }), 400, 'BAD_REQUEST'],
  [() => clientOf(undefined).jobs.list(), 401, 'UNAUTHORIZED'],
  [() => clientOf('imp_wrong').jobs.list(), 401, 'UNAUTHORIZED'],
  [() => clientOf(readOnlyKey).jobs.create({}), 403, 'FORBIDDEN'],
  [() => client.jobs.get({ ending: 'not_found' }), 404, 'NOT_FOUND'],
  [() => client.no.such(), 404, 'NOT_FOUND'],
  [() => client.jobs.create({ ending: 'conflict' }), 409, 'CONFLICT'],
  [() => client.jobs.create({ name: 'x'.repeat(3 << 20) }), 413, 'PAYLOAD_TOO_LARGE'],
  [() => client.jobs.create({ file: new Blob(['x']) }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [() => client.jobs.create({ ending: 'queue_full' }), 429, 'TOO_MANY_REQUESTS'],
  [() => client.jobs.create({ ending: 'bug' }), 500, 'INTERNAL_SERVER_ERROR'],
  [() => client.jobs.create({ ending: 'database' }), 503, 'SERVICE_UNAVAILABLE'],
  [() => client.jobs.list({ ending: 'never' }), 504, 'GATEWAY_TIMEOUT'],
]
for (const [call, status, code] of expected) {
  const error = await errorOf(call())
  assert.equal(error.code, code)
  assert.equal(error.status, status)
  assert.equal(error.defined, false)
}

const issues = (await errorOf(client.jobs.get({ id: 'x', limit: 1000 }))).data.issues
assert.deepEqual(issues.map((issue) => issue.path), [['id'], ['limit']])
assert.deepEqual((await errorOf(client.jobs.create({ ending: 'queue_full' }))).data, {
  retry_after_seconds: 7,
  limit: 'queue',
})

console.log(`${expected.length} errors arrived typed`)
