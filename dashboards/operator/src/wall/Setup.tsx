import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { session, signInAddress } from '../api/session';
import { WhenField } from '../ui/WhenField';
import { diagonalOfWidth, LIMITS, PAGES, toSearch, widthOfDiagonal, type WallSettings } from './settings';
import { CAPITAL, typeSize } from './type';
import type { WallApp } from './wall-app';

/** For how long the wall may go on. */
function SignedIn({ app }: { app: WallApp }) {
  const words = app.t.value.wall.setup;
  const known = session.value;
  if (!known?.expiresAt) return null;
  const until = `${app.f.value.minute(known.expiresAt)} ${app.f.value.yearDate(known.expiresAt)}`;
  return known.wall ? <p class="hint">{words.wall(until)}</p> : <p>{words.person(until)} <a href={signInAddress(location)}>{words.asWall}</a></p>;
}

/** How far away people look, what is shown and for how long. */
export function Setup({ app }: { app: WallApp }) {
  const t = app.t.value;
  const words = t.wall.setup;
  const f = app.f.value;
  const draft = useSignal<WallSettings>(app.settings.peek());
  const said = useSignal('');
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current!.showModal();
    return () => element.current?.close();
  }, []);
  const close = () => { app.setup.value = false; };
  const set = (part: Partial<WallSettings>) => {
    draft.value = { ...draft.value, ...part };
    said.value = '';
  };
  const number = (text: string, limits: readonly [number, number], take: (value: number) => void) => {
    const value = Number(text);
    if (text !== '' && value >= limits[0] && value <= limits[1]) take(value);
  };
  const now = draft.value;
  const { width, height } = app.size.value;
  const type = typeSize(now.distance, now.width, width, height);
  const address = `${location.origin}${location.pathname}${toSearch(now)}`;
  const save = (event: Event) => {
    event.preventDefault();
    if (now.pages.length === 0) {
      said.value = words.onePage;
      return;
    }
    app.change(now);
    close();
  };
  const copy = () => { navigator.clipboard?.writeText(address).then(() => { said.value = words.copied; }, () => undefined); };
  return (
    <dialog ref={element} class="wall-setup" aria-labelledby="setup-title" onCancel={(event) => { event.preventDefault(); close(); }}>
      <h2 id="setup-title">{words.title}</h2>
      <form onSubmit={save} noValidate>
        <p class="hint">{words.text}</p>
        <div class="three">
          <label class="field">{words.distance}
            <input type="number" name="distance" min={LIMITS.distance[0]} max={LIMITS.distance[1]} step="0.5" defaultValue={String(now.distance)} autoFocus onInput={(event) => number(event.currentTarget.value, LIMITS.distance, (distance) => set({ distance }))} />
          </label>
          <label class="field">{words.width}
            <input type="number" name="width" min={LIMITS.width[0]} max={LIMITS.width[1]} step="1" value={String(now.width)} onChange={(event) => number(event.currentTarget.value, LIMITS.width, (wide) => set({ width: wide }))} />
          </label>
          <label class="field">{words.diagonal}
            <input type="number" name="diagonal" min="10" max="1800" step="1" value={String(Math.round(diagonalOfWidth(now.width)))} onChange={(event) => number(event.currentTarget.value, [10, 1800], (inches) => set({ width: widthOfDiagonal(inches) }))} />
          </label>
        </div>
        <p class="result">{words.letter(f.number((type.px * CAPITAL * now.width) / width, 0), f.number(type.px, 0))}{!type.enough && <b class="trouble"> {words.tooSmall(f.number(type.readable, 1))}</b>}</p>
        <fieldset class="choices"><legend>{words.pages}</legend>
          {PAGES.map((page) => (
            <label key={page}><input type="checkbox" checked={now.pages.includes(page)}
              onChange={(event) => set({ pages: PAGES.filter((one) => (one === page ? event.currentTarget.checked : now.pages.includes(one))) })} /> {t.wall.page[page]}</label>
          ))}
        </fieldset>
        <div class="three">
          <label class="field">{words.period}
            <input type="number" name="period" min={LIMITS.period[0]} max={LIMITS.period[1]} step="1" defaultValue={String(now.period)} onInput={(event) => number(event.currentTarget.value, LIMITS.period, (period) => set({ period }))} />
          </label>
          <label class="field">{words.theme}
            <select value={now.theme} onChange={(event) => set({ theme: event.currentTarget.value as WallSettings['theme'] })}><option value="night">{t.theme.night}</option><option value="day">{t.theme.day}</option></select>
          </label>
          <label class="field">{words.language}
            <select value={now.language} onChange={(event) => set({ language: event.currentTarget.value as WallSettings['language'] })}><option value="vi">Tiếng Việt</option><option value="en">English</option></select>
          </label>
        </div>
        <label class="line"><input type="checkbox" checked={now.shift} onChange={(event) => set({ shift: event.currentTarget.checked })} /> {words.shift}</label>
        <WhenField kind="time" name="reload" language={app.preferences.language.value} labelClass="field" label={words.reload} value={now.reload} optional onChange={(reload) => set({ reload })} />
        <label class="field">{words.address} <input type="text" readOnly value={address} onFocus={(event) => event.currentTarget.select()} /></label>
        <SignedIn app={app} />
        <p class="said" role="status">{said.value}</p>
        <div class="buttons">
          <button type="button" class="quiet" onClick={copy}>{words.copy}</button>
          <button type="button" class="quiet" onClick={close}>{t.cancel}</button>
          <button type="submit" class="primary">{words.save}</button>
        </div>
      </form>
    </dialog>
  );
}
