// A made-up city for developing the page: sensors, readings and alerts, after the REST and hub contract.
const PROPERTIES = [
  ['pm25', 'ug/m3', 'µg/m³', 'Bụi mịn PM2.5', 'PM2.5', 0, 1000, 1, 30], ['pm10', 'ug/m3', 'µg/m³', 'Bụi PM10', 'PM10', 0, 2000, 1, 55],
  ['no2', 'ug/m3', 'µg/m³', 'NO₂', 'NO₂', 0, 2000, 1, 40], ['temperature', 'Cel', '°C', 'Nhiệt độ', 'Temperature', -40, 60, 1, 27],
  ['humidity', '%', '%', 'Độ ẩm', 'Humidity', 0, 100, 0, 74], ['vehicles', '/h', 'xe/giờ', 'Lưu lượng xe', 'Traffic flow', 0, 20000, 0, 860],
  ['speed', 'km/h', 'km/h', 'Tốc độ', 'Speed', 0, 200, 1, 34], ['voltage', 'V', 'V', 'Điện áp', 'Voltage', 0, 500, 1, 226],
  ['power', 'kW', 'kW', 'Công suất', 'Power', 0, 100000, 2, 12.4], ['pressure', 'bar', 'bar', 'Áp lực nước', 'Water pressure', 0, 25, 2, 3.1],
  ['flow', 'm3/h', 'm³/h', 'Lưu lượng nước', 'Water flow', 0, 5000, 1, 44], ['level', 'm', 'm', 'Mực nước', 'Water level', -5, 40, 2, 2.2],
];
const DOMAINS = {
  air: ['Trạm không khí', 'Air station', ['pm25', 'pm10', 'no2', 'temperature', 'humidity']], traffic: ['Nút giao thông', 'Junction', ['vehicles', 'speed']],
  lighting: ['Tuyến đèn', 'Lighting line', ['power', 'voltage']], electricity: ['Trạm biến áp', 'Substation', ['voltage', 'power']],
  water: ['Điểm đo cấp nước', 'Water point', ['pressure', 'flow']], flood: ['Trạm đo mực nước', 'Water gauge', ['level']],
};
const RULES = [
  ['pm25-high', 'limit', 'Bụi mịn PM2.5 cao', 'PM2.5 high', 3, 'pm25', 'air', 50, null, 'QCVN 05:2023/BTNMT'],
  ['pm25-very-high', 'limit', 'Bụi mịn PM2.5 rất cao', 'PM2.5 very high', 2, 'pm25', 'air', 150, null, null],
  ['pressure-low', 'limit', 'Áp lực đường ống thấp', 'Pipe pressure low', 1, 'pressure', 'water', null, 2.1, null],
  ['voltage-low', 'limit', 'Sụt áp trạm biến áp', 'Substation undervoltage', 2, 'voltage', 'electricity', null, 198, null],
  ['level-high', 'limit', 'Mực nước vượt báo động 2', 'Water level above alarm 2', 1, 'level', 'flood', 5.3, null, null],
  ['congestion', 'limit', 'Ùn tắc kéo dài', 'Long congestion', 4, 'speed', 'traffic', null, 8, null],
  ['silence', 'silence', 'Cảm biến im lặng', 'Sensor silent', 4, null, null, null, null, null],
  ['spike', 'spike', 'Biến động bất thường', 'Unusual change', 3, null, null, null, null, null],
];
const NAMES = ['Thành phố Bắc Giang', 'Việt Yên', 'Yên Dũng', 'Lạng Giang', 'Hiệp Hòa', 'Tân Yên', 'Yên Thế', 'Lục Nam', 'Lục Ngạn', 'Sơn Động'];
const EN_NAMES = ['Bac Giang city', 'Viet Yen', 'Yen Dung', 'Lang Giang', 'Hiep Hoa', 'Tan Yen', 'Yen The', 'Luc Nam', 'Luc Ngan', 'Son Dong'];
const CENTRES = [[106.2, 21.28], [106.1, 21.27], [106.24, 21.2], [106.25, 21.37], [105.98, 21.36], [106.12, 21.39], [106.13, 21.5], [106.4, 21.3], [106.57, 21.38], [106.83, 21.34]];

/** A generator that always draws the same city. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const slug = (name) => name.toLowerCase().replace(/ city/, '').replace(/ /g, '-');

export class MockCity {
  constructor(count, now = Date.now()) {
    this.rnd = random(7);
    this.nextAlert = 1;
    this.properties = PROPERTIES.map(([code, unit, unitLabel, vi, en, plausibleMin, plausibleMax, decimals]) =>
      ({ code, unit, unitLabel, name: { vi, en }, plausibleMin, plausibleMax, decimals }));
    this.mean = new Map(PROPERTIES.map((p) => [p[0], p[8]]));
    this.areas = [{ id: 'bac-giang-province', parentId: null, level: 'province', name: { vi: 'Bắc Giang', en: 'Bac Giang' }, longitude: 106.4, latitude: 21.35, validFrom: null, validTo: '2025-06-30' },
      ...NAMES.map((vi, i) => ({ id: slug(EN_NAMES[i]), parentId: 'bac-giang-province', level: 'district', name: { vi, en: EN_NAMES[i] }, longitude: CENTRES[i][0], latitude: CENTRES[i][1], validFrom: null, validTo: '2025-06-30' }))];
    this.outlines = { type: 'FeatureCollection', features: NAMES.map((vi, i) => ({
      type: 'Feature', properties: { id: slug(EN_NAMES[i]), nameVi: vi, nameEn: EN_NAMES[i], sketch: true }, geometry: { type: 'Polygon', coordinates: [this.ring(i)] } })) };
    this.rules = RULES.map(([id, kind, vi, en, severity, property, domain, raiseAbove, raiseBelow, source]) => ({
      id, kind, name: { vi, en }, severity, property, domain, district: null, sensor: null, raiseAbove, raiseBelow, hysteresis: 0, durationSeconds: 300, factor: 5, minimumChange: 0, source }));
    this.sensors = new Map();
    this.alerts = new Map();
    this.held = new Map();
    const domains = Object.keys(DOMAINS);
    for (let i = 0; i < count; i++) this.addSensor(i, domains[Math.floor(this.rnd() * domains.length)], now);
    for (let i = 0; i < 3; i++) this.addUnregistered(i, now);
    for (let i = 0; i < 44; i++) this.raise(1 + Math.floor(this.rnd() * 4.4) % 4 + 0, now - this.rnd() * 5_400_000, i % 3 !== 0);
  }

  ring(i) {
    const [x, y] = CENTRES[i];
    const points = [];
    for (let k = 0; k < 40; k++) {
      const angle = (k / 40) * Math.PI * 2;
      const radius = (i > 6 ? 0.12 : 0.062) * (0.85 + 0.3 * this.rnd());
      points.push([x + Math.cos(angle) * radius, y + Math.sin(angle) * radius * 0.85]);
    }
    return [...points, points[0]];
  }

  addSensor(i, domain, now) {
    const [vi, en, properties] = DOMAINS[domain];
    const d = Math.floor(this.rnd() ** 1.6 * NAMES.length);
    const angle = this.rnd() * Math.PI * 2;
    const radius = (d > 6 ? 0.1 : 0.055) * Math.sqrt(this.rnd());
    const roll = this.rnd();
    const state = roll < 0.955 ? 'online' : roll < 0.97 ? 'stale' : roll < 0.98 ? 'silent' : roll < 0.992 ? 'offline' : 'unknown';
    const quality = this.rnd() < 0.985 ? 'ok' : ['calibrating', 'fault', 'implausible'][Math.floor(this.rnd() * 3)];
    const number = String(i + 1).padStart(5, '0');
    this.sensors.set(`${domain}-${number}`, {
      id: `${domain}-${number}`, name: { vi: `${vi} ${number}`, en: `${en} ${number}` }, district: slug(EN_NAMES[d]), domain,
      longitude: CENTRES[d][0] + Math.cos(angle) * radius, latitude: CENTRES[d][1] + Math.sin(angle) * radius * 0.85, registered: true, properties,
      periodSeconds: 10, state, quality, measuredAt: state === 'unknown' ? null : now - 2000, receivedAt: state === 'unknown' ? null : now - 1900,
      values: state === 'unknown' ? {} : Object.fromEntries(properties.map((code) => [code, this.around(code)])),
      valueQualities: quality === 'ok' ? {} : { [properties[0]]: quality }, valueTimes: {},
    });
  }

  addUnregistered(i, now) {
    const id = `thu-nghiem-${i + 1}`;
    this.sensors.set(id, { id, name: null, district: slug(EN_NAMES[0]), domain: 'air', longitude: null, latitude: null, registered: false, properties: ['pm25'],
      periodSeconds: null, state: 'online', quality: 'ok', measuredAt: now, receivedAt: now, values: { pm25: 21 }, valueQualities: {}, valueTimes: {} });
  }

  around(code) {
    return this.mean.get(code) * (0.85 + 0.3 * this.rnd());
  }

  /** Raises an alert of a priority on some sensor that a rule fits. */
  raise(severity, at, handled = false) {
    const rules = this.rules.filter((rule) => rule.severity === severity);
    const rule = rules[Math.floor(this.rnd() * rules.length)];
    const fitting = [...this.sensors.values()].filter((sensor) => sensor.registered && sensor.state !== 'unknown' && (rule.domain === null || sensor.domain === rule.domain));
    const sensor = fitting[Math.floor(this.rnd() * fitting.length)];
    const property = rule.kind === 'silence' ? null : rule.property ?? sensor.properties[0];
    const limit = rule.raiseAbove ?? rule.raiseBelow;
    const id = `n1-${this.nextAlert++}`;
    const acknowledged = handled && this.rnd() < 0.8;
    const cleared = handled && !acknowledged;
    const alert = {
      id, sensor: sensor.id, district: sensor.district, domain: sensor.domain, ruleId: rule.id, kind: rule.kind, title: rule.name, property, severity,
      state: acknowledged ? 'acknowledged' : cleared ? 'returned' : 'unacknowledged', raisedAt: at, receivedAt: at + 400, late: this.rnd() < 0.06,
      clearedAt: cleared ? at + 300_000 : null, acknowledgedAt: acknowledged ? at + 60_000 : null, acknowledgedBy: acknowledged ? `vh0${1 + (this.nextAlert % 4)}` : null,
      value: property === null ? null : rule.raiseBelow !== null ? limit * 0.8 : limit === null ? this.around(property) * 2 : limit * 1.17,
      limit, expectedLow: rule.kind === 'spike' ? this.mean.get(property) * 0.8 : null, expectedHigh: rule.kind === 'spike' ? this.mean.get(property) * 1.2 : null,
      lastedMs: rule.kind === 'silence' ? 240_000 : null, unit: property === null ? null : this.properties.find((p) => p.code === property).unit,
      reAlarms: this.rnd() < 0.1 ? 2 : 0, source: rule.source,
    };
    this.alerts.set(id, alert);
    // The sensor really is there while the alert holds, and its history leads up to it.
    if (rule.kind === 'limit' && !cleared) {
      this.held.set(`${sensor.id}/${property}`, { value: alert.value, since: at });
      sensor.values[property] = alert.value;
    }
    return alert;
  }

  acknowledge(id, operator, now = Date.now()) {
    const alert = this.alerts.get(id);
    if (!alert || alert.acknowledgedAt !== null) return null;
    const after = { ...alert, acknowledgedAt: now, acknowledgedBy: operator, state: alert.clearedAt === null ? 'acknowledged' : 'closed' };
    this.alerts.set(id, after);
    return after;
  }

  /** New values for a number of sensors; returns their states without metadata. */
  readings(count, now = Date.now()) {
    const all = [...this.sensors.values()];
    const changed = new Map();
    for (let i = 0; i < count; i++) {
      const sensor = all[Math.floor(this.rnd() * all.length)];
      if (sensor.state !== 'online') continue;
      for (const code of sensor.properties) {
        const mean = this.held.get(`${sensor.id}/${code}`)?.value ?? this.mean.get(code);
        sensor.values[code] += (mean - sensor.values[code]) * 0.4 + (this.rnd() - 0.5) * mean * 0.02;
      }
      sensor.measuredAt = now - 300;
      sensor.receivedAt = now;
      const { id, state, quality, measuredAt, receivedAt, values, valueQualities, valueTimes } = sensor;
      changed.set(id, { id, state, quality, measuredAt, receivedAt, values, valueQualities, valueTimes });
    }
    return [...changed.values()];
  }

  history(sensor, property, from, to) {
    const points = [];
    const step = Math.max(10_000, (to - from) / 2000);
    const mean = this.mean.get(property) ?? 10;
    for (let at = from; at < to; at += step) {
      const wave = Math.sin(at / 1_900_000) * 0.12 + Math.sin(at / 310_000) * 0.05 + (Math.sin(at / 7_001) * 0.02);
      if (at % 5_400_000 > 4_900_000) continue;
      const held = this.held.get(`${sensor}/${property}`);
      const share = held ? Math.min(1, Math.max(0, 1 + (at - held.since) / 2_400_000)) : 0;
      points.push([Math.round(at), (mean + (share * ((held?.value ?? mean) - mean))) * (1 + wave * (1 - 0.8 * share)), 'ok']);
    }
    return points;
  }

  fleet(rate) {
    const count = (state) => [...this.sensors.values()].filter((sensor) => sensor.state === state).length;
    return { sensors: this.sensors.size, online: count('online'), offline: count('offline') + count('silent'), stale: count('stale'), unregistered: 3, messagesPerSecond: rate, readingsPerSecond: rate * 2, storage: 'ok' };
  }

  districts() {
    return this.areas.filter((area) => area.level === 'district').map((area) => ({
      id: area.id, name: area.name, sensors: { total: 0, online: 0, offline: 0, stale: 0, silent: 0, unknown: 0 }, aggregates: [], openAlerts: { p1: 0, p2: 0, p3: 0, p4: 0 } }));
  }
}
