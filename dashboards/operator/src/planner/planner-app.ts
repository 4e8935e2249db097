import { batch, computed, effect, signal } from '@preact/signals';
import { ApiError } from '../api/rest';
import type { LocalText } from '../api/types';
import { CITY_ZONE } from '../config';
import { dictionaries } from '../i18n';
import { domainName } from '../i18n/domains';
import { unitLabel } from '../format';
import { Catalogue } from '../store/catalogue';
import { loadPreferences } from '../store/preferences';
import { getAnswer, getReadings, getSensors, getSeries, type Answer, type LimitRule, type PlannedSensor, type Readings } from './api';
import { PlannerFormatter } from './format';
import type { Place } from './model/chart';
import { dayOf } from './model/calendar';
import { groupsOf, isAsked } from './model/places';
import { apiAddress, isAskable, isRaw, parseQuery, rangeOf, toSearch, windowOf, type Form, type PlannerQuery, type Range, type SetName } from './model/query';

/** An answer with the question that it answers. */
export type Asked = { query: PlannerQuery; range: Range; address: string } & ({ answer: Answer } | { readings: Readings });

export type Load =
  | { kind: 'nothing' }
  | { kind: 'loading' }
  | { kind: 'cancelled' }
  | { kind: 'failed'; status: number; detail: LocalText | null }
  | { kind: 'ready'; asked: Asked };

/** From when to when there is data of what was asked for; null = there is none; undefined = not known yet. */
export type Held = Range | null | undefined;

const RETRY_MS = 4_000;

/** The state of the planner's page. The question is the page's address. */
export class PlannerApp {
  readonly preferences = loadPreferences();
  readonly catalogue = new Catalogue();
  readonly sensors = signal<ReadonlyMap<string, PlannedSensor>>(new Map());
  readonly sensorsLoaded = signal(false);
  readonly query = signal<PlannerQuery>(parseQuery(location.search));
  readonly load = signal<Load>({ kind: 'nothing' });
  readonly held = signal<Held>(undefined);
  readonly printing = signal(false);
  readonly note = signal('');

  readonly language = computed(() => this.query.value.language ?? this.preferences.language.value);
  readonly words = computed(() => dictionaries[this.language.value]);
  readonly t = computed(() => this.words.value.planner);
  readonly f = computed(() => new PlannerFormatter(this.language.value, this.t.value));
  /** Paper is white. */
  readonly theme = computed(() => (this.printing.value ? 'day' : this.preferences.theme.value));
  readonly rules = computed(() => this.catalogue.rules.value as readonly LimitRule[]);
  readonly domains = computed(() => [...new Set([...this.sensors.value.values()].map((sensor) => sensor.domain))].sort());

  /** The moment that "last 30 days" ends at: stays while the question does, so that files and pictures say the same. */
  private readonly now = signal(Date.now());
  readonly range = computed(() => rangeOf(this.query.value.period, this.now.value, CITY_ZONE));
  /** How many groups the answer has: the automatic resolution depends on it. */
  private readonly groups = computed(() => groupsOf(this.query.value, this.sensors.value.values()));
  private stop: AbortController | null = null;
  private lastAddress = '';

  start(): void {
    void this.catalogue.load();
    void this.loadSensors();
    addEventListener('popstate', () => { this.query.value = parseQuery(location.search); });
    addEventListener('beforeprint', () => { this.printing.value = true; });
    const paper = matchMedia('print');
    addEventListener('afterprint', () => { this.printing.value = paper.matches; });
    paper.addEventListener('change', () => { this.printing.value = paper.matches; });
    effect(() => {
      document.documentElement.lang = this.language.value;
      document.documentElement.dataset.theme = this.theme.value;
      const { properties } = this.query.value;
      document.title = properties.length > 0 ? `${properties.map((code) => this.property(code)).join(', ')} – ${this.t.value.title}` : this.t.value.title;
    });
    effect(() => {
      const [query, range] = [this.query.value, this.range.value];
      this.askFor(query, range, this.groups.value, false);
    });
  }

  /** Another question, or another look at it; the browser's back button undoes it. */
  change(part: Partial<PlannerQuery>, replace = false): void {
    const query = { ...this.query.value, ...part };
    const search = toSearch(query);
    if (search === toSearch(this.query.value)) return;
    if (replace) history.replaceState(null, '', search);
    else history.pushState(null, '', search);
    batch(() => {
      if (part.period) this.now.value = Date.now();
      this.query.value = query;
    });
  }

  isChosen(set: SetName, id: string): boolean {
    return this.query.value[set].includes(id);
  }

  toggle(set: SetName, id: string): void {
    const chosen = this.query.value[set];
    this.change({ [set]: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id] });
  }

  toggleLanguage(): void {
    const language = this.language.value === 'vi' ? 'en' : 'vi';
    this.preferences.language.value = language;
    if (this.query.value.language !== null) this.change({ language }, true);
  }

  toggleTheme(): void {
    this.preferences.theme.value = this.preferences.theme.value === 'night' ? 'day' : 'night';
  }

  cancel(): void {
    this.stop?.abort();
    this.stop = null;
    this.lastAddress = '';
    this.load.value = { kind: 'cancelled' };
  }

  again(): void {
    batch(() => {
      this.lastAddress = '';
      this.now.value = Date.now();
    });
    // Days of the calendar do not move on with the clock.
    if (this.lastAddress === '') this.askFor(this.query.value, this.range.value, this.groups.value, true);
  }

  /** The address of a file with the answer. */
  fileAddress(form: Form): string {
    return apiAddress(this.query.value, this.range.value, CITY_ZONE, { form, groups: this.groups.value, names: this.language.value });
  }

  /** The address of this very question, with the language left to who opens it. */
  shareAddress(): string {
    return new URL(toSearch(this.query.value), location.href).href;
  }

  /** Text in the page's language, or what there is instead. */
  text(local: LocalText | null | undefined, fallback: string): string {
    return local?.[this.language.value] || fallback;
  }

  property(code: string): string {
    return this.text(this.catalogue.properties.value.get(code)?.name, code);
  }

  unit(property: string, code = ''): string {
    const definition = this.catalogue.properties.value.get(property);
    return definition ? unitLabel(definition, this.language.value) : code;
  }

  district(id: string): string {
    return this.text(this.catalogue.areas.value.get(id)?.name, id);
  }

  domain(slug: string): string {
    return this.text(domainName(slug), slug);
  }

  sensor(id: string): string {
    return this.text(this.sensors.value.get(id)?.name, id);
  }

  nameOf(set: SetName, id: string): string {
    switch (set) {
      case 'properties': return this.property(id);
      case 'districts': return this.district(id);
      case 'domains': return this.domain(id);
      case 'sensors': return this.sensor(id);
    }
  }

  place(place: Place): string {
    if (place.sensor !== null) return this.sensor(place.sensor);
    const parts = [place.district === null ? null : this.district(place.district), place.domain === null ? null : this.domain(place.domain)].filter((part) => part !== null);
    return parts.length > 0 ? parts.join(' · ') : this.wherever();
  }

  /** The places asked for, in words. */
  wherever(): string {
    const { sensors } = this.query.value;
    const around = this.around();
    if (sensors.length === 0) return around === '' ? this.t.value.everywhere : around;
    const names = this.some(sensors, (id) => this.sensor(id));
    return around === '' ? names : this.t.value.places.within(names, around);
  }

  /** The districts and domains asked for, in words; where both are, both must hold. */
  around(): string {
    const { districts, domains } = this.query.value;
    return [this.some(districts, (id) => this.district(id)), this.some(domains, (id) => this.domain(id))].filter((part) => part !== '').join(' · ');
  }

  /** A list in words, its end counted when it is long. */
  some(ids: readonly string[], name: (id: string) => string): string {
    return ids.length > 4 ? `${ids.slice(0, 3).map(name).join(', ')} +${ids.length - 3}` : ids.map(name).join(', ');
  }

  measure(name: string, property: string | null = null): string {
    const t = this.t.value.measure;
    if (name === 'p50') return t.median;
    if (/^p\d/.test(name)) return t.percentile(this.f.value.given(Number(name.slice(1))));
    if (name.startsWith('exceedance:')) return t.exceedance(`${this.f.value.given(Number(name.slice(11)))}${property === null ? '' : ` ${this.unit(property)}`}`);
    return (t as unknown as Record<string, string>)[name] ?? name;
  }

  /** The unit of a measure of a property. */
  measureUnit(name: string, property: string, code: string): string {
    const unit = this.unit(property, code);
    if (name === 'count') return '';
    if (name.startsWith('exceedance:')) return this.t.value.unit.hour;
    return name === 'rate' ? `${unit}/${this.t.value.unit.hour}` : unit;
  }

  /** A value of a measure, without its unit. */
  value(value: number | null | undefined, measure: string, property: string): string {
    if (value === null || value === undefined) return '–';
    if (measure === 'count') return this.f.value.number(value);
    const decimals = this.catalogue.properties.value.get(property)?.decimals ?? 2;
    if (measure.startsWith('exceedance:')) return this.f.value.number(value, 1);
    return this.f.value.number(value, measure === 'stddev' || measure === 'rate' ? Math.max(decimals, 2) : decimals);
  }

  periodText(): string {
    const { period } = this.query.value;
    const { t, f } = { t: this.t.value, f: this.f.value };
    if ('back' in period) return t.period.back(f.duration(period.back));
    return t.period.between(f.day(this.range.value.from), f.day(this.range.value.to - 1));
  }

  comparison(compare: string): string {
    const t = this.t.value.compare;
    return compare in t && compare.startsWith('P') ? t[compare as 'P1Y'] : t.other(this.f.value.duration(compare));
  }

  /** The question in a sentence. */
  sentence(): string {
    const [query, t, f] = [this.query.value, this.t.value, this.f.value];
    const measure = isRaw(query) ? t.sentenceRaw : this.measure(query.measures[0]!);
    const parts = [t.sentence(measure, query.properties.map((code) => this.property(code)).join(', '), this.wherever(), this.periodText())];
    if (!isRaw(query) && (query.view === 'chart' || query.view === 'table')) parts.push(t.sentenceWindow(f.duration(windowOf(query, this.range.value, this.groups.value))));
    if (!isRaw(query) && query.view !== 'districts' && query.groupBy !== 'none') parts.push(t.sentenceGroup(t.group[query.groupBy]));
    if (!isRaw(query) && query.view !== 'heat' && query.compare !== null) parts.push(t.sentenceCompare(this.comparison(query.compare)));
    const text = parts.join(', ');
    return `${text.charAt(0).toLocaleUpperCase(this.language.value)}${text.slice(1)}.`;
  }

  private askFor(query: PlannerQuery, range: Range, groups: number, always: boolean): void {
    const address = isAskable(query) ? apiAddress(query, range, CITY_ZONE, { groups }) : '';
    if (address === this.lastAddress && !always) return;
    this.stop?.abort();
    this.stop = null;
    this.lastAddress = address;
    this.held.value = undefined;
    if (address === '') {
      this.load.value = { kind: 'nothing' };
      return;
    }
    const stop = new AbortController();
    this.stop = stop;
    this.load.value = { kind: 'loading' };
    void this.ask(query, range, address, stop);
  }

  private async ask(query: PlannerQuery, range: Range, address: string, stop: AbortController): Promise<void> {
    try {
      const asked: Asked = isRaw(query)
        ? { query, range, address, readings: await getReadings(address, stop.signal) }
        : { query, range, address, answer: await getAnswer(address, stop.signal) };
      if (stop.signal.aborted) return;
      this.load.value = { kind: 'ready', asked };
      if (isEmpty(asked)) await this.findData(query, stop);
    } catch (error) {
      if (stop.signal.aborted) return;
      const problem = error instanceof ApiError ? error : null;
      this.lastAddress = '';
      this.load.value = {
        kind: 'failed', status: problem?.status ?? 0,
        detail: problem?.problem.detail ? { vi: problem.problem.detailVi ?? problem.problem.detail, en: problem.problem.detail } : null,
      };
    }
  }

  /** When there is data of what was asked for, for somebody who asked for a time without. */
  private async findData(query: PlannerQuery, stop: AbortController): Promise<void> {
    try {
      const all = (await Promise.all(query.properties.map((property) => getSeries(property, stop.signal)))).flat();
      if (stop.signal.aborted) return;
      const asked = all.filter((series) => isAsked(query, { id: series.sensor, district: series.district, domain: series.domain }));
      this.held.value = asked.length === 0 ? null : {
        from: asked.reduce((least, series) => Math.min(least, series.firstMs), Infinity), to: asked.reduce((most, series) => Math.max(most, series.lastMs), -Infinity),
      };
    } catch {
      // It stays unknown: the page only says that there is nothing in the period.
    }
  }

  /** Asks for the days that data is held for. */
  showHeld(held: Range): void {
    this.change({ period: { from: dayOf(held.from, CITY_ZONE), to: dayOf(held.to, CITY_ZONE) } });
  }

  private async loadSensors(): Promise<void> {
    for (;;) {
      try {
        const all = await getSensors();
        this.sensors.value = new Map(all.map((sensor) => [sensor.id, { ...sensor, name: sensor.name ?? null, longitude: sensor.longitude ?? null, latitude: sensor.latitude ?? null, properties: sensor.properties ?? [] }]));
        this.sensorsLoaded.value = true;
        return;
      } catch {
        this.catalogue.trouble.value = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Whether an answer has no value at all. */
export function isEmpty(asked: Asked): boolean {
  if ('readings' in asked) return asked.readings.series.every((series) => series.points.length === 0);
  return asked.answer.groups.every((group) => group.cells.every((cell) => cell.count === 0 && !(cell.before && cell.before.count > 0)));
}
