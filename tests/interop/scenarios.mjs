// Goes through what a device's client does with MQTT.js, against an endpoint: each QoS, retained messages, wills, stored sessions.
// Arguments: transport (tcp, tls, ws or wss), port, protocol version (4 or 5), file of the trusted certificate.
// Prints a line per scenario; ends with 0 only when all went as they must.
import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';

const [transport, port, versionText, authority] = process.argv.slice(2);
const protocolVersion = Number(versionText);
const scheme = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' }[transport];
const wait = 20_000;

function check(holds, what) {
  if (!holds) {
    console.error(`${what} did not hold`);
    process.exit(1);
  }
}

async function open(clientId, { clean = true, will } = {}) {
  const client = mqtt.connect(`${scheme}://localhost:${port}${transport.startsWith('ws') ? '/mqtt' : ''}`, {
    clientId,
    clean,
    protocolVersion,
    will,
    reconnectPeriod: 0,
    ca: transport === 'tls' || transport === 'wss' ? readFileSync(authority) : undefined,
    properties: protocolVersion === 5 && !clean ? { sessionExpiryInterval: 600 } : undefined,
  });
  const messages = [];
  const waiting = [];
  client.on('message', (topic, payload, packet) => {
    const message = { topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain };
    const next = waiting.shift();
    next ? next(message) : messages.push(message);
  });
  const connack = await new Promise((resolve, reject) => {
    client.once('connect', resolve);
    client.once('error', reject);
    setTimeout(() => reject(new Error('no CONNACK')), wait).unref();
  });
  const receive = () =>
    messages.length > 0
      ? Promise.resolve(messages.shift())
      : new Promise((resolve, reject) => {
          waiting.push(resolve);
          setTimeout(() => reject(new Error(`${clientId} received nothing`)), wait).unref();
        });
  return { client, receive, sessionPresent: connack.sessionPresent, close: () => client.endAsync() };
}

async function eachQos(place) {
  const subscriber = await open(`${place}-s`);
  const publisher = await open(`${place}-p`);
  for (const given of [0, 1, 2]) {
    for (const asked of [0, 1, 2]) {
      const topic = `${place}/${given}${asked}`;
      await subscriber.client.subscribeAsync(topic, { qos: asked });
      await publisher.client.publishAsync(topic, 'x'.repeat(1 + 9000 * given), { qos: given });
      const message = await subscriber.receive();
      check(message.topic === topic && message.qos === Math.min(given, asked) && message.payload.length === 1 + 9000 * given, topic);
    }
  }
  await subscriber.close();
  await publisher.close();
}

async function retained(place) {
  const publisher = await open(`${place}-p`);
  for (const text of ['first', 'second']) {
    await publisher.client.publishAsync(place, text, { qos: 1, retain: true });
  }
  const late = await open(`${place}-late`);
  await late.client.subscribeAsync(place, { qos: 1 });
  const message = await late.receive();
  check(message.payload === 'second' && message.retain, 'retained');
  await publisher.client.publishAsync(place, '', { qos: 1, retain: true });
  check((await late.receive()).payload === '', 'clearing');
  const later = await open(`${place}-later`);
  await later.client.subscribeAsync(`${place}/#`, { qos: 1 });
  await later.client.publishAsync(`${place}/now`, 'now', { qos: 1 });
  check((await later.receive()).payload === 'now', 'nothing retained any more');
  await Promise.all([publisher, late, later].map((c) => c.close()));
}

async function will(place) {
  const watcher = await open(`${place}-w`);
  await watcher.client.subscribeAsync(place, { qos: 2 });
  await (await open(`${place}-polite`, { will: { topic: place, payload: 'never', qos: 1 } })).close();
  const lost = await open(`${place}-lost`, { will: { topic: place, payload: 'lost', qos: 2 } });
  lost.client.on('error', () => {});
  lost.client.stream.destroy();
  const message = await watcher.receive();
  check(message.payload === 'lost' && message.qos === 2, `the will of the lost one only, not ${message.payload},`);
  await watcher.close();
}

async function session(place) {
  const first = await open(place, { clean: false });
  check(!first.sessionPresent, 'a new session');
  await first.client.subscribeAsync(place, { qos: 2 });
  await first.close();
  const publisher = await open(`${place}-p`);
  for (let i = 0; i < 30; i++) {
    await publisher.client.publishAsync(place, String(i), { qos: 1 + (i % 2) });
  }
  const again = await open(place, { clean: false });
  check(again.sessionPresent, 'the stored session');
  // Order is kept among messages of one QoS: those of QoS 2 are handed on only when they are released.
  const next = { 1: 0, 2: 1 };
  for (let i = 0; i < 30; i++) {
    const { payload, qos } = await again.receive();
    check(payload === String(next[qos]), `what waited in order: ${next[qos]}, not ${payload},`);
    next[qos] += 2;
  }
  await again.close();
  await (await open(place, { clean: true })).close();
  const last = await open(place, { clean: false });
  check(!last.sessionPresent, 'a cleaned session');
  await last.close();
  await publisher.close();
}

let number = 0;
for (const scenario of [eachQos, retained, will, session]) {
  await scenario(`js/${transport}/${protocolVersion}/${number++}`);
  console.log(scenario.name);
}
process.exit(0);
