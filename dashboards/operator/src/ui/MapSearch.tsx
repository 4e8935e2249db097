import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../store/places';
import { useApp } from './context';

const SHOWN = 12;

/** Finds districts, communes, assets and sensors by name, and goes there. */
export function MapSearch() {
  const app = useApp();
  const t = app.t.value.atlas.search;
  const input = useRef<HTMLInputElement>(null);
  const text = useSignal('');
  const open = useSignal(false);
  const active = useSignal(0);
  // Only while somebody searches: the index is made anew when sensors come or go.
  const found = useComputed(() => (text.value.trim() === '' ? { places: [], all: 0 } : app.atlas.places.value.find(text.value, SHOWN)));
  useEffect(() => {
    app.atlas.focusSearch = () => {
      input.current?.focus();
      input.current?.select();
    };
    return () => { app.atlas.focusSearch = () => undefined; };
  }, [app]);

  const { places, all } = found.value;
  const shown = open.value && text.value.trim() !== '';
  const choose = (place: Place | undefined) => {
    if (!place) return;
    app.atlas.goTo(place);
    text.value = app.text(place.name, place.id);
    open.value = false;
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const by = event.key === 'ArrowDown' ? 1 : -1;
      active.value = places.length === 0 ? 0 : (active.value + by + places.length) % places.length;
      open.value = true;
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (shown) choose(places[active.value]);
    } else if (event.key === 'Escape' && shown) {
      // The list only: a second one leaves the field.
      event.stopPropagation();
      open.value = false;
    }
  };
  return (
    <div class="map-search" role="search">
      <input ref={input} type="text" role="combobox" aria-label={t.label} placeholder={t.placeholder} title={`${t.label} (F)`} autocomplete="off" spellcheck={false}
        aria-expanded={shown} aria-controls="map-found" aria-autocomplete="list" aria-activedescendant={shown && places.length > 0 ? `map-found-${active.value}` : undefined}
        value={text.value} onKeyDown={press}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          active.value = 0;
          open.value = true;
        }}
        onBlur={() => { open.value = false; }} />
      <ul id="map-found" role="listbox" aria-label={t.found} hidden={!shown}>
        {places.map((place, i) => (
          <li key={`${place.kind}/${place.id}`} id={`map-found-${i}`} role="option" aria-selected={i === active.value}
            // Before the field loses the focus, and the list goes.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(place);
            }}>
            <span class="name">{app.text(place.name, place.id)}</span>
            <span class="kind">{t.kind[place.kind]}{place.within === '' ? '' : ` · ${place.within}`}</span>
          </li>
        ))}
        {shown && places.length === 0 && <li class="none" role="option" aria-selected={false} aria-disabled="true">{t.nothing}</li>}
        {all > places.length && <li class="none" role="option" aria-selected={false} aria-disabled="true">{t.more(app.f.value.number(all - places.length))}</li>}
      </ul>
    </div>
  );
}
