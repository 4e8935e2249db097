import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { unitLabel } from '../../format';
import { rank, words } from '../model/search';
import type { SetName } from '../model/query';
import { usePlanner } from './context';

interface Found {
  set: SetName;
  id: string;
  name: string;
  /** What else tells it apart. */
  hint: string;
  rank: number;
}

/** Sensors that are offered at once. */
const MOST_SENSORS = 40;

/** One field that finds properties, districts, domains and sensors; a combobox as ARIA describes it. */
export function SearchBox() {
  const app = usePlanner();
  const t = app.t.value;
  const text = useSignal('');
  const open = useSignal(false);
  const active = useSignal(-1);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const found = useComputed(() => {
    const wanted = words(text.value);
    const add = (set: SetName, id: string, name: string, hint: string): Found | null => {
      const at = rank(`${name} ${id} ${hint}`, wanted);
      return at === null ? null : { set, id, name, hint, rank: at };
    };
    const order = (all: (Found | null)[]) => all.filter((one) => one !== null).sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, app.language.value));
    const properties = order([...app.catalogue.properties.value.values()].map((one) => add('properties', one.code, app.property(one.code), unitLabel(one, app.language.value))));
    const districts = order([...app.catalogue.areas.value.values()].filter((area) => area.level === 'district').map((area) => add('districts', area.id, app.district(area.id), '')));
    const domains = order(app.domains.value.map((slug) => add('domains', slug, app.domain(slug), '')));
    const sensors = wanted.length === 0 ? [] : order([...app.sensors.value.values()].map((one) => add('sensors', one.id, app.sensor(one.id), `${app.district(one.district)} · ${one.id}`)));
    return { all: [...properties, ...districts, ...domains, ...sensors.slice(0, MOST_SENSORS)], more: Math.max(0, sensors.length - MOST_SENSORS) };
  });

  const { all, more } = found.value;
  const close = () => {
    open.value = false;
    active.value = -1;
  };
  const choose = (one: Found) => {
    app.toggle(one.set, one.id);
    text.value = '';
    active.value = -1;
    input.current!.focus();
  };
  const move = (by: number) => {
    open.value = true;
    if (all.length > 0) active.value = (Math.max(active.value, by > 0 ? -1 : 0) + by + all.length) % all.length;
    box.current?.querySelector(`#found-${active.value}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && open.value && all.length > 0) choose(all[Math.max(0, active.value)]!);
    else if (event.key === 'Escape' && (open.value || text.value !== '')) {
      if (!open.value) text.value = '';
      close();
    } else return;
    event.preventDefault();
  };

  let set: SetName | null = null;
  return (
    <div class="search" ref={box} onFocusOut={(event) => { if (!box.current!.contains(event.relatedTarget as Node | null)) close(); }}>
      <label for="find">{t.search.label}</label>
      <input id="find" ref={input} type="text" role="combobox" autocomplete="off" spellcheck={false} placeholder={t.search.hint} value={text.value} aria-expanded={open.value} aria-controls="found"
        aria-autocomplete="list" {...(active.value >= 0 ? { 'aria-activedescendant': `found-${active.value}` } : {})}
        onInput={(event) => { text.value = event.currentTarget.value; open.value = true; active.value = -1; }} onFocus={() => { open.value = true; }} onClick={() => { open.value = true; }} onKeyDown={onKey} />
      <span class="visually-hidden" role="status">{open.value && text.value !== '' ? t.search.found(app.f.value.number(all.length + more)) : ''}</span>
      <ul id="found" class="found" role="listbox" aria-label={t.search.label} aria-multiselectable="true" hidden={!open.value}>
        {open.value && all.map((one, i) => {
          const head = one.set !== set;
          set = one.set;
          return (
            <>
              {head && <li key={`head-${one.set}`} role="presentation" class="head">{t.set[one.set]}</li>}
              <li key={`${one.set}-${one.id}`} id={`found-${i}`} role="option" aria-selected={app.isChosen(one.set, one.id)} class={i === active.value ? 'active' : ''}
                onPointerDown={(event) => event.preventDefault()} onClick={() => choose(one)}>
                <span>{one.name}</span> <small>{one.hint || one.id}</small>{app.isChosen(one.set, one.id) && <b aria-hidden="true">✓</b>}
              </li>
            </>
          );
        })}
        {open.value && more > 0 && <li role="presentation" class="head">{t.search.more(app.f.value.number(more))}</li>}
        {open.value && all.length === 0 && <li role="presentation" class="head">{t.search.none}</li>}
      </ul>
    </div>
  );
}
