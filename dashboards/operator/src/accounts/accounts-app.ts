import { computed, effect, signal } from '@preact/signals';
import { ApiError, getAreas } from '../api/rest';
import { session, type Grant } from '../api/session';
import type { Area, LocalText } from '../api/types';
import { Formatter } from '../format';
import { domainName } from '../i18n/domains';
import { getSensors } from '../planner/api';
import { loadPreferences } from '../store/preferences';
import { getRoles, type RoleInfo } from './api';
import { texts as en } from './texts.en';
import { texts as vi } from './texts.vi';

/** What the pages about accounts have in common: language, theme, names, and how a refusal is told. */
export class AccountsApp {
  readonly preferences = loadPreferences();
  readonly areas = signal<readonly Area[]>([]);
  readonly roles = signal<readonly RoleInfo[]>([]);
  readonly language = this.preferences.language;
  readonly t = computed(() => (this.language.value === 'vi' ? vi : en));
  readonly f = computed(() => new Formatter(this.language.value));
  readonly districts = computed(() => this.areas.value.filter((area) => area.level === 'district')
    .map((area) => ({ id: area.id, name: this.text(area.name) })).sort((a, b) => a.name.localeCompare(b.name, this.language.value)));
  /** Those of the sensors that there are. */
  readonly domains = computed(() => this.slugs.value.map((id) => ({ id, name: this.text(domainName(id)) })));
  private readonly slugs = signal<readonly string[]>([]);

  start(title: () => string): void {
    effect(() => {
      document.documentElement.lang = this.language.value;
      document.documentElement.dataset.theme = this.preferences.theme.value;
      document.title = `${title()} · ${this.t.value.product}`;
    });
  }

  /** Names of districts and roles; only for somebody who is signed in. */
  async loadNames(): Promise<void> {
    const [areas, roles, sensors] = await Promise.all([getAreas(), getRoles(), getSensors()]);
    this.areas.value = areas;
    this.roles.value = roles;
    this.slugs.value = [...new Set(sensors.map((sensor) => sensor.domain))].sort();
  }

  text = (local: LocalText): string => local[this.language.value];

  role(role: string): string {
    const known = this.roles.value.find((r) => r.role === role);
    return known ? this.text(known.name) : role;
  }

  /** A right in words: "Operator: Việt Yên, Lighting". */
  grant(grant: Grant): string {
    const t = this.t.value;
    if (grant.districts.length === 0 && grant.domains.length === 0) return `${this.role(grant.role)}: ${t.everywhere}`;
    const places = grant.districts.map((id) => this.districts.value.find((d) => d.id === id)?.name ?? id).join(', ') || t.allDistricts;
    const domains = grant.domains.map((id) => this.text(domainName(id))).join(', ') || t.allDomains;
    return `${this.role(grant.role)}: ${places}; ${domains}`;
  }

  /** What a failed request is told as. */
  trouble(error: unknown): string {
    if (!(error instanceof ApiError)) throw error;
    const { problem, status } = error;
    if (status === 0) return this.t.value.unreachable;
    return (this.language.value === 'vi' ? problem.detailVi : problem.detail) ?? this.t.value.failed(status);
  }

  moment(ms: number | null): string {
    return ms === null ? this.t.value.never : `${this.f.value.minute(ms)} ${this.f.value.yearDate(ms)}`;
  }

  readonly mayAdminister = computed(() => session.value?.permissions.includes('administer') ?? false);
}
