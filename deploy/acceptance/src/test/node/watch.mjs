// Follows a job with a real oRPC v1 client: node watch.mjs <url> <key> <job id>
// Breaks off after the first entry, resumes behind it, and prints all entries as one line of JSON.
import assert from 'node:assert/strict'
import { createORPCClient, getEventMeta, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'

const [url, key, id] = process.argv.slice(2)
const client = createORPCClient(new RPCLink({ url: `${url}/v1`, headers: { 'x-api-key': key } }))
const seen = []

for await (const entry of await client.jobs.watch({ id })) {
  seen.push(entry)
  break
}
const lastEventId = getEventMeta(seen[0])?.id
assert.ok(lastEventId, 'an entry has an id')
for await (const entry of await client.jobs.watch({ id }, { lastEventId })) {
  seen.push(entry)
}

await assert.rejects(client.jobs.watch({ id: '0197fe50-0000-7000-8000-000000000001' }), (error) => error instanceof ORPCError && error.code === 'NOT_FOUND')
console.log(JSON.stringify(seen))
