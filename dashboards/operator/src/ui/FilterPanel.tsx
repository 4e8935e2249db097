import { useEffect, useRef, useState } from 'preact/hooks';
import { isFiltered, type AlertFilter, type StateFilter } from '../store/alerts';
import { writeFilter } from '../route';
import { useApp } from './context';

const STATES: readonly StateFilter[] = ['waiting', 'acknowledged', 'returned', 'latched'];

/** How many conditions the panel holds that are not seen elsewhere. */
const hidden = (filter: AlertFilter) => [filter.district !== null, filter.state !== null, filter.mine].filter(Boolean).length;

export function FilterButton() {
  const app = useApp();
  const t = app.t.value.details.filter;
  const count = hidden(app.filter.value);
  return (
    <button type="button" class="filter-button" aria-expanded={app.pages.filtersOpen.value} aria-controls="filter-panel" title={`${t.title} (B)`} onClick={() => app.pages.toggleFilters()}>
      {t.button}{count > 0 && ` (${count})`}
    </button>
  );
}

/** District, state, domain and whose; and filters that have a name. */
export function FilterPanel() {
  const app = useApp();
  const t = app.t.value.details.filter;
  const first = useRef<HTMLSelectElement>(null);
  const open = app.pages.filtersOpen.value;
  useEffect(() => { if (open) first.current?.focus(); }, [open]);
  if (!open) return null;
  const filter = app.filter.value;
  const set = (change: Partial<AlertFilter>) => { app.filter.value = { ...app.filter.value, ...change }; };
  const districts = [...app.catalogue.areas.value.values()].filter((area) => area.level === 'district').map((area) => ({ id: area.id, name: app.text(area.name, area.id) }))
    .sort((a, b) => a.name.localeCompare(b.name, app.preferences.language.value));
  return (
    <div class="filter-panel" id="filter-panel" role="region" aria-label={t.title}>
      <label>{t.district}
        <select ref={first} value={filter.district ?? ''} onChange={(event) => set({ district: event.currentTarget.value || null })}>
          <option value="">{t.everywhere}</option>
          {districts.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </label>
      <label>{t.state}
        <select value={filter.state ?? ''} onChange={(event) => set({ state: (event.currentTarget.value || null) as StateFilter | null })}>
          <option value="">{t.any}</option>
          {STATES.map((state) => <option key={state} value={state}>{t.states[state]}</option>)}
        </select>
      </label>
      <label>{t.domain}
        <select value={filter.domain ?? ''} onChange={(event) => set({ domain: event.currentTarget.value || null })}>
          <option value="">{t.everywhere}</option>
          {app.domains.value.map(({ domain }) => <option key={domain} value={domain}>{app.domain(domain)}</option>)}
        </select>
      </label>
      <label class="mine"><input type="checkbox" checked={filter.mine} onChange={(event) => set({ mine: event.currentTarget.checked })} /> {t.mine}</label>
      <Saved />
    </div>
  );
}

function Saved() {
  const app = useApp();
  const t = app.t.value.details.filter;
  const [name, setName] = useState('');
  const [nothing, setNothing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const present = writeFilter(app.filter.value);
  const save = (event: Event) => {
    event.preventDefault();
    const given = name.trim();
    const some = isFiltered(app.filter.value);
    setNothing(!some);
    if (given === '' || !some) return;
    app.pages.saveFilter(given);
    setName('');
  };
  return (
    <div class="saved-filters">
      <span class="caption">{t.saved}</span>
      {app.pages.saved.value.length === 0 && <span class="summary">{t.noSaved}</span>}
      <ul>
        {app.pages.saved.value.map((one) => (
          <li key={one.name}>
            <button type="button" aria-pressed={one.query === present} onClick={() => app.pages.useFilter(one)}>{one.name}</button>
            <button type="button" class="quiet" aria-label={t.remove(one.name)} title={t.remove(one.name)} onClick={() => { app.pages.removeFilter(one.name); field.current?.focus(); }}>×</button>
          </li>
        ))}
      </ul>
      <form onSubmit={save}>
        <input ref={field} type="text" value={name} maxLength={40} placeholder={t.name} aria-label={t.name} onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" disabled={name.trim() === ''}>{t.save}</button>
      </form>
      {nothing && <p class="trouble" role="alert">{t.nothing}</p>}
    </div>
  );
}
