// Runs every call of 51Tracking's own Node SDK against a running sandbox.
//
// Usage: node node_sdk.js http://127.0.0.1:PORT
//
// Prints `ok N calls` and exits with 0 when every reply is as documented.

'use strict'

const assert = require('node:assert/strict')
const { randomBytes, randomInt } = require('node:crypto')
const http = require('node:http')

const Tracking51 = require('51tracking')
const Request = require('51tracking/src/lib/request')

const API_KEY = 'sandbox-51tracking-key'
const base = new URL(process.argv[2])

// The SDK has no setting for its address, and ignores a port in it: the first line names the host and the
// mount, the wrapper puts the port back.
Request.prototype.getBaseUrl = (path) => `http://${base.hostname}/51tracking/v4/${path}`
const plainRequest = http.request
http.request = (options, ...rest) => plainRequest({ ...options, port: base.port }, ...rest)

let calls = 0

/** Makes one call and gives its envelope, which must have the documented form. */
async function call(promise) {
  calls += 1
  const reply = await promise
  assert.deepEqual(Object.keys(reply).sort(), ['data', 'meta'])
  assert.deepEqual(Object.keys(reply.meta).sort(), ['code', 'message'])
  return reply
}

/** Makes a call that must go through and gives its data. */
async function accepted(promise) {
  const reply = await call(promise)
  assert.equal(reply.meta.code, 200, JSON.stringify(reply.meta))
  return reply.data
}

/** Makes a call that must fail with a code. */
async function refused(code, promise) {
  const reply = await call(promise)
  assert.equal(reply.meta.code, code, JSON.stringify(reply.meta))
  assert.equal(reply.data, null)
}

async function main() {
  const { couriers, trackings, airWaybills } = new Tracking51(API_KEY)
  const mark = randomBytes(6).toString('hex').toUpperCase()

  const all = await accepted(couriers.getAllCouriers())
  assert.ok(all.some((it) => it.courier_code === 'matkahuolto'))

  const number = `ND${mark}`
  const wanted = { tracking_number: number, courier_code: 'posti', customer_name: 'Ville' }
  // The SDK runs at full speed and this endpoint takes three calls a second, which the Python proof may have
  // used up a moment ago.
  await new Promise((resolve) => setTimeout(resolve, 1100))
  const created = await accepted(trackings.createTracking(wanted))
  assert.match(created.id, /^[0-9a-f]{32}$/)
  assert.equal(created.delivery_status, 'pending')
  assert.equal(created.customer_name, 'Ville')
  await refused(4101, trackings.createTracking(wanted))
  const expired = await accepted(
    trackings.createTracking({ tracking_number: `MR-EXPIRED-${mark}`, courier_code: 'posti' }),
  )
  assert.equal(expired.delivery_status, 'expired')

  const batch = await accepted(
    trackings.batchCreateTrackings([
      { tracking_number: `MR-TRANSIT-${mark}`, courier_code: 'posti' },
      { tracking_number: number, courier_code: 'posti' },
    ]),
  )
  assert.deepEqual(batch.success.map((it) => it.tracking_number), [`MR-TRANSIT-${mark}`])
  assert.deepEqual(batch.error.map((it) => it.errorCode), [4101])

  // The SDK loses its query on the way, so this asks for everything.
  const found = await accepted(trackings.getTrackingResults({ tracking_numbers: number, courier_code: 'posti' }))
  assert.ok(found.success.some((it) => it.tracking_number === number))
  assert.ok(found.success.some((it) => it.tracking_number === `MR-TRANSIT-${mark}`))
  assert.deepEqual(found.rejected, [])

  const updated = await accepted(trackings.updateTrackingByID(created.id, { note: 'Ring twice' }))
  assert.equal(updated.note, 'Ring twice')
  assert.equal(updated.customer_name, 'Ville')

  await refused(4113, trackings.retrackTrackingByID(created.id))
  assert.equal((await accepted(trackings.retrackTrackingByID(expired.id))).id, expired.id)

  assert.equal((await accepted(trackings.deleteTrackingByID(created.id))).tracking_number, number)
  await refused(4102, trackings.deleteTrackingByID(created.id))

  const awbNumber = `105-${String(randomInt(1e8)).padStart(8, '0')}`
  const waybill = await accepted(airWaybills.createAnAirWayBill({ awb_number: awbNumber }))
  assert.equal(waybill.awb_number, awbNumber)
  assert.equal(typeof waybill.status_number, 'string')
  await refused(4167, airWaybills.createAnAirWayBill({ awb_number: awbNumber }))

  await refused(401, new Tracking51('wrong').couriers.getAllCouriers())

  console.log(`ok ${calls} calls`)
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
