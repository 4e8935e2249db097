// A stand-in for IOC.Host while developing the page, and for tests of it in a browser. Development only: nothing of it is built
// into the page.   node dev/mock-server.mjs [--port 5080] [--sensors 2000] [--rate 200]
// Serves dist/ with the strict content security policy, the REST interface and the live hub. POST /mock/... makes things happen:
//   /mock/raise {severity}        a new alert
//   /mock/acknowledge {id}        another operator ("vh09") acknowledges
//   /mock/clear {id}              the condition goes away
//   /mock/pause | /mock/resume    no more updates, connections stay | on again
//   /mock/drop                    cuts all live connections
//   /mock/restart                 a new epoch, as after a restart of the server
//   /mock/fail {status}           acknowledgements answer with an error (0 = off)
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { MockCity } from './mock-city.mjs';

const RECORD_END = '\x1e';
const CSP = "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff' };
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

export function startMock({ port = 5080, sensors = 2000, rate = 200 } = {}) {
  let city = new MockCity(sensors);
  let epoch = `mock-${Date.now()}`;
  let version = 1;
  let paused = false;
  let failStatus = 0;
  const streams = new Set();
  const changedSince = []; // [version, kind, id] so that a client can resume

  const update = (full, changes) => ({
    epoch, version, full, serverTime: Date.now(), fleet: city.fleet(rate),
    sensors: changes.sensors ?? [], districts: full ? city.districts() : [], alerts: changes.alerts ?? [],
  });
  const everything = () => update(true, { sensors: [...city.sensors.values()], alerts: [...city.alerts.values()] });
  const sendItem = (stream, item) => stream.socket.send(JSON.stringify({ type: 2, invocationId: stream.id, item }) + RECORD_END);
  const publish = (changes) => {
    const some = (changes.sensors?.length ?? 0) + (changes.alerts?.length ?? 0) > 0;
    if (some) version++;
    for (const sensor of changes.sensors ?? []) changedSince.push([version, 'sensor', sensor.id]);
    for (const alert of changes.alerts ?? []) changedSince.push([version, 'alert', alert.id]);
    if (!paused) for (const stream of streams) sendItem(stream, update(false, changes));
  };
  const since = (from) => {
    const ids = { sensor: new Set(), alert: new Set() };
    for (const [at, kind, id] of changedSince) if (at > from) ids[kind].add(id);
    return update(false, { sensors: [...ids.sensor].map((id) => city.sensors.get(id)), alerts: [...ids.alert].map((id) => city.alerts.get(id)) });
  };

  const begin = (stream) => sendItem(stream, stream.position.epoch === epoch ? since(stream.position.version) : everything());

  const timers = [
    setInterval(() => { if (rate > 0) publish({ sensors: city.readings(Math.ceil(rate / 4)) }); }, 250),
    setInterval(() => publish({}), 2000),
  ];

  const json = (response, status, body) => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(body));
  };
  const problem = (response, status, detail, detailVi, more = {}) => json(response, status, { type: 'about:blank', title: detail, detail, detailVi, status, ...more });

  const controls = {
    raise: ({ severity = 3 }) => { const alert = city.raise(severity, Date.now()); publish({ alerts: [alert] }); return alert; },
    acknowledge: ({ id, operator = 'vh09' }) => { const alert = city.acknowledge(id, operator); if (alert) publish({ alerts: [alert] }); return alert; },
    clear: ({ id }) => {
      const alert = city.alerts.get(id);
      const after = { ...alert, clearedAt: Date.now(), state: alert.acknowledgedAt === null ? 'returned' : 'closed' };
      city.alerts.set(id, after);
      publish({ alerts: [after] });
      return after;
    },
    pause: () => { paused = true; return {}; },
    resume: () => { paused = false; for (const stream of streams) begin(stream); return {}; },
    drop: () => { for (const stream of streams) stream.socket.terminate(); return {}; },
    restart: ({ sensors: count = sensors }) => { city = new MockCity(count); epoch = `mock-${Date.now()}`; version = 1; changedSince.length = 0; return controls.drop({}); },
    fail: ({ status }) => { failStatus = status; return {}; },
  };

  async function handle(request, response) {
    const url = new URL(request.url, 'http://mock');
    const path = url.pathname;
    let body = {};
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request) text += chunk;
      body = text.startsWith('{') ? JSON.parse(text) : {};
    }
    if (path.startsWith('/mock/')) {
      const control = controls[path.slice(6)];
      return control ? json(response, 200, control(body)) : json(response, 404, {});
    }
    if (path === '/hub/live/negotiate') {
      return json(response, 200, { negotiateVersion: 1, connectionId: 'm', connectionToken: 'm', availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text'] }] });
    }
    if (path === '/api/v1/properties') return json(response, 200, city.properties);
    if (path === '/api/v1/areas') return json(response, 200, city.areas);
    if (path === '/api/v1/areas/outlines') return json(response, 200, city.outlines);
    if (path === '/api/v1/rules') return json(response, 200, city.rules);
    if (path === '/api/v1/history') {
      const { sensor, property, from, to } = Object.fromEntries(url.searchParams);
      return json(response, 200, { sensor, property, unit: '', from, to, points: city.history(sensor, property, Date.parse(from), Date.parse(to)), next: null });
    }
    if (path === '/api/v1/alerts/acknowledge') {
      if (failStatus) return problem(response, failStatus, 'The alert store is not available.', 'Kho cảnh báo không sẵn sàng.');
      const acknowledged = [];
      const refused = [];
      for (const id of body.ids) {
        const alert = city.acknowledge(id, body.operator);
        if (alert) acknowledged.push(alert);
        else refused.push({ id, reason: 'already_acknowledged' });
      }
      publish({ alerts: acknowledged });
      return json(response, 200, { acknowledged, refused });
    }
    const one = /^\/api\/v1\/alerts\/([^/]+)\/acknowledge$/.exec(path);
    if (one) {
      if (failStatus) return problem(response, failStatus, 'The alert store is not available.', 'Kho cảnh báo không sẵn sàng.');
      const alert = city.acknowledge(one[1], body.operator);
      if (alert) {
        publish({ alerts: [alert] });
        return json(response, 200, alert);
      }
      const known = city.alerts.get(one[1]);
      return known ? problem(response, 409, 'Already acknowledged.', 'Đã được xác nhận.', { alert: known }) : problem(response, 404, 'No such alert.', 'Không có cảnh báo này.');
    }
    if (path.startsWith('/api/')) return problem(response, 404, 'No such resource.', 'Không có tài nguyên này.');

    const file = join(dist, normalize(path === '/' ? '/index.html' : path));
    try {
      const content = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  const server = createServer((request, response) => { handle(request, response).catch((error) => { response.writeHead(500).end(String(error)); }); });
  const sockets = new WebSocketServer({ server, path: '/hub/live' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      for (const record of data.toString().split(RECORD_END)) {
        if (record === '') continue;
        const message = JSON.parse(record);
        if (message.protocol) socket.send(`{}${RECORD_END}`);
        else if (message.type === 4 && message.target === 'Live') {
          const stream = { socket, id: message.invocationId };
          const [position] = message.arguments;
          stream.position = position;
          if (!paused) begin(stream);
          streams.add(stream);
          socket.on('close', () => streams.delete(stream));
        } else if (message.type === 6) socket.send(`{"type":6}${RECORD_END}`);
      }
    });
  });
  return new Promise((resolve) => server.listen(port, () => resolve({
    url: `http://localhost:${server.address().port}`,
    close: () => {
      for (const timer of timers) clearInterval(timer);
      for (const stream of streams) stream.socket.terminate();
      server.close();
    },
  })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '5080' }, sensors: { type: 'string', default: '2000' }, rate: { type: 'string', default: '200' } } });
  const mock = await startMock({ port: Number(values.port), sensors: Number(values.sensors), rate: Number(values.rate) });
  console.log(mock.url);
}
