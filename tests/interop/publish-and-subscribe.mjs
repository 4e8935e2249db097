// Publishes and receives through the endpoint with MQTT.js; exits with 0 only when everything came.
import mqtt from 'mqtt';

const [port, version] = process.argv.slice(2).map(Number);
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
  protocolVersion: version,
  clientId: `mqttjs-${version}`,
  reconnectPeriod: 0,
});
const received = [];
const done = new Promise((resolve) => {
  client.on('message', (topic, payload) => {
    received.push(`${topic}=${payload}`);
    if (received.length === 3) {
      resolve();
    }
  });
});
await client.subscribeAsync('interop/#', { qos: 2 });
for (const qos of [0, 1, 2]) {
  await client.publishAsync('interop/js', `q${qos}`, { qos });
}
await done;
await client.endAsync();
console.log(received.sort().join(' '));
