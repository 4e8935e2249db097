// In place of the browser's WebSocket, for tests of what the page bears: a hub that speaks SignalR's JSON protocol and sends a made-up city as
// fast as the test likes. Everything else of the page is the real thing.
(() => {
  const END = '\x1e';
  const DISTRICTS = ['bac-giang', 'viet-yen', 'yen-dung', 'lang-giang', 'hiep-hoa', 'tan-yen', 'yen-the', 'luc-nam', 'luc-ngan', 'son-dong'];
  let stream = null;

  class Feed {
    version = 0;
    alerts = [];
    raised = 0;
    state = 12345;

    random() {
      this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
      return this.state / 4294967296;
    }

    /** Everything anew, with so many sensors; the city's time begins so many minutes ago. */
    begin(count, minutesAgo = 0) {
      this.count = count;
      this.time = Date.now() - minutesAgo * 60_000;
      this.epoch = `feed-${count}-${this.time}`;
      this.ends = [];
      if (stream) this.sendAll();
    }

    sensor(i, whole) {
      const values = { temp: 20 + Math.round(this.random() * 100) / 10, humidity: 50 + Math.floor(this.random() * 40) };
      const report = { id: `sim-${i}`, state: 'online', quality: 'ok', measuredAt: this.time, receivedAt: this.time, values, valueQualities: {}, valueTimes: {} };
      if (!whole) return report;
      return {
        ...report, name: { vi: `Trạm đo ${i}`, en: `Station ${i}` }, district: DISTRICTS[i % 10], domain: ['environment', 'traffic', 'lighting'][i % 3],
        longitude: 106 + (i * 7919 % 10007) / 12000, latitude: 21.15 + (i * 104729 % 9973) / 26000, registered: true, properties: ['temp', 'humidity'], periodSeconds: 10,
      };
    }

    update(full, sensors, alerts) {
      const all = this.count ?? 0;
      return {
        epoch: this.epoch, version: ++this.version, full, serverTime: this.time, sensors, districts: [], alerts, commands: [],
        fleet: { sensors: all, online: all, offline: 0, stale: 0, silent: 0, unknown: 0, unregistered: 0, messagesPerSecond: 500, readingsPerSecond: 1000, storage: 'ok' },
        flood: this.flood ?? { inFlood: false, since: null, rate: 1, operators: 2 },
      };
    }

    send(update) {
      stream?.socket.receive(JSON.stringify({ type: 2, invocationId: stream.id, item: update }) + END);
    }

    sendAll() {
      const sensors = [];
      for (let i = 0; i < this.count; i++) sensors.push(this.sensor(i, true));
      this.send(this.update(true, sensors, this.alerts));
    }

    /** So many alerts of each priority, all at once. */
    burst(count) {
      this.flood = { inFlood: true, since: this.time, rate: count * 2, operators: 2 };
      for (let i = 0; i < count * 4; i++) this.raise(1 + (i % 4));
      if (stream) this.sendAll();
    }

    raise(severity) {
      const i = Math.floor(this.random() * this.count);
      const alert = {
        id: `0-${++this.raised}`, sensor: `sim-${i}`, asset: null, district: DISTRICTS[i % 10], domain: ['environment', 'traffic', 'lighting'][i % 3], ruleId: 'sim', kind: 'limit',
        title: { vi: 'Nhiệt độ cao', en: 'Temperature high' }, property: 'temp', severity, ruleSeverity: severity, priorityReason: null, state: 'unacknowledged', raisedAt: this.time,
        receivedAt: this.time, late: false, clearedAt: null, clearedReceivedAt: null, lateCleared: false, closedAt: null, acknowledgedAt: null, acknowledgedBy: null, value: 39, limit: 35,
        expectedLow: null, expectedHigh: null, lastedMs: null, unit: 'Cel', revision: 1, reAlarms: 0, source: null, latched: false, hold: null, assignee: null, escalationLevel: 0,
        chattering: false, turns: 0, groupKey: `g${i % 10}`, members: null, membersOf: null,
      };
      this.alerts.push(alert);
      return alert;
    }

    /** An alert comes, or the oldest goes on in its life. */
    turn() {
      const open = this.alerts.filter((alert) => alert.state !== 'closed');
      if (open.length < 40) return this.raise(1 + Math.floor(this.random() * 4));
      const alert = open[0];
      alert.revision++;
      if (alert.state === 'unacknowledged') Object.assign(alert, { state: 'acknowledged', acknowledgedAt: this.time, acknowledgedBy: 'vh-02' });
      else {
        Object.assign(alert, { state: 'closed', clearedAt: this.time, closedAt: this.time });
        this.alerts.splice(this.alerts.indexOf(alert), 1);
      }
      return alert;
    }

    /** A quarter of a second of the city: so many sensors report, and every ten seconds something happens to an alert. */
    step(sensors) {
      this.time += 250;
      const some = [];
      for (let i = 0; i < sensors; i++) some.push(this.sensor(this.next = ((this.next ?? 0) + 1) % this.count, false));
      this.send(this.update(false, some, this.version % 40 === 0 ? [structuredClone(this.turn())] : []));
    }

    /** Minutes of the city's time as fast as the page takes them. */
    async rush(minutes, sensors) {
      for (let i = 0; i < minutes * 240; i++) {
        this.step(sensors);
        // So that the page draws and its timers run between.
        if (i % 4 === 3) await new Promise((resolve) => setTimeout(resolve));
      }
    }

    /** The city at its own pace until `halt()`. */
    run(sensors) {
      this.timer = setInterval(() => this.step(sensors), 250);
    }

    halt() {
      clearInterval(this.timer);
    }
  }

  class FakeSocket {
    static CONNECTING = 0; static OPEN = 1; static CLOSING = 2; static CLOSED = 3;
    CONNECTING = 0; OPEN = 1; CLOSING = 2; CLOSED = 3;
    readyState = 0;
    binaryType = 'blob';

    constructor(url) {
      this.url = url;
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.(new Event('open'));
      });
    }

    receive(data) {
      if (this.readyState === 1) this.onmessage?.(new MessageEvent('message', { data }));
    }

    send(text) {
      for (const record of String(text).split(END)) {
        if (record === '') continue;
        const message = JSON.parse(record);
        if (message.protocol) setTimeout(() => this.receive(`{}${END}`));
        else if (message.type === 4 && message.target === 'Live') {
          stream = { socket: this, id: message.invocationId };
          if (window.feed.count) setTimeout(() => window.feed.sendAll());
        }
      }
    }

    close() {
      this.readyState = 3;
      if (stream?.socket === this) stream = null;
      this.onclose?.(new CloseEvent('close', { wasClean: true, code: 1000 }));
    }
  }

  window.feed = new Feed();
  window.WebSocket = FakeSocket;
})();
