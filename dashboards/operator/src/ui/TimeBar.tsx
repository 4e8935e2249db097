import { useEffect, useRef } from 'preact/hooks';
import { explain } from '../app';
import { fromCityInput, toCityInput } from '../city-time';
import { duration } from '../format';
import { dictionaries } from '../i18n';
import { SPEEDS } from '../past';
import { useApp } from './context';
import { WhenField } from './WhenField';

/** Opens the past. */
export function TimeButton() {
  const app = useApp();
  const t = app.t.value.atlas.past;
  return (
    <button type="button" class="time-button" aria-expanded={app.past.opened.value} title={`${t.open} (T)`} onClick={() => app.past.toggle()}>{t.open}</button>
  );
}

/** Says over the map, in large letters, that it does not show the present. */
export function PastBanner() {
  const app = useApp();
  const t = app.t.value.atlas.past;
  const at = app.past.at.value;
  if (at === null) return null;
  const f = app.f.value;
  return (
    <div class="past-banner" role="status">
      <span class="past-word">{t.looking}</span>
      <b>{f.minute(at)}</b> <span>{f.date(at)}</span>
      <span class="ago">{t.ago(duration(app.now.value - at, app.t.value.time))}</span>
      <button type="button" class="primary" onClick={() => app.past.close()}>{t.back} <kbd>Esc</kbd></button>
    </div>
  );
}

/** The hour that is looked at: where in it, and playing. */
export function TimeBar() {
  const app = useApp();
  const { past } = app;
  const t = app.t.value.atlas.past;
  const bar = useRef<HTMLDivElement>(null);
  const opened = past.opened.value;
  useEffect(() => {
    if (!opened) return;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || app.dialog.peek() !== null || app.preferences.letterKeys.peek() === 'off') return;
      const target = event.target instanceof Element ? event.target : document.body;
      const onSlider = target.matches('input[type=range]');
      if (target.matches('input, textarea, select') && !onSlider) return;
      if (event.key === ',' || event.key === '.') past.step(event.key === ',' ? -1 : 1);
      else if (event.key === ' ' && !target.matches('button, summary, a')) past.togglePlay();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [opened]);

  const hour = past.hour.value;
  // The slider comes with the first hour.
  const loaded = hour !== null;
  useEffect(() => { if (loaded) bar.current?.querySelector<HTMLElement>('input[type=range]')?.focus(); }, [loaded]);

  if (!opened) return null;
  const f = app.f.value;
  const from = hour?.answer.from ?? past.latest();
  const at = past.at.value;
  const trouble = past.trouble.value;
  return (
    <div class="time-bar" ref={bar} role="region" aria-label={t.title}>
      <div class="time-row">
        <button type="button" class="quiet" title={t.earlier} aria-label={`−1 ${app.t.value.time.hour}: ${t.earlier}`} onClick={() => past.moveHours(-1)} disabled={hour === null}>−1 {app.t.value.time.hour}</button>
        <button type="button" class="quiet" title={t.later} aria-label={`+1 ${app.t.value.time.hour}: ${t.later}`} onClick={() => past.moveHours(1)} disabled={hour === null || from >= past.latest()}>+1 {app.t.value.time.hour}</button>
        <WhenField kind="moment" name="from" language={app.preferences.language.value} labelClass="time-from" label={<span class="time-word">{t.from}</span>}
          value={toCityInput(from)} max={toCityInput(past.latest())}
          onChange={(value) => {
            const chosen = fromCityInput(value);
            if (chosen !== null) void past.load(chosen);
          }} />
        <span class="spacer" />
        <span class="time-play">
          <button type="button" class="quiet" title={t.back1} aria-label={t.back1} disabled={hour === null} onClick={() => past.step(-1)}>◂</button>
          <button type="button" class="play" disabled={hour === null} aria-pressed={past.playing.value} onClick={() => past.togglePlay()}>{past.playing.value ? t.pause : t.play}</button>
          <button type="button" class="quiet" title={t.next1} aria-label={t.next1} disabled={hour === null} onClick={() => past.step(1)}>▸</button>
          <div class="ranges" role="group" aria-label={t.speed}>
            {SPEEDS.map((speed) => (
              <button key={speed} type="button" class="quiet" aria-pressed={past.speed.value === speed} onClick={() => past.setSpeed(speed)}>×{speed}</button>
            ))}
          </div>
        </span>
        <button type="button" class="quiet" aria-label={t.back} title={t.back} onClick={() => past.close()}>×</button>
      </div>
      {past.loading.value && <p class="time-said" role="status">{hour === null ? t.loadingLive : t.loading}</p>}
      {trouble && <p class="time-said trouble" role="alert">{t.failed} {explain(trouble, app.t.value, app.t.value === dictionaries.vi)}</p>}
      {hour !== null && (
        <div class="time-track">
          <Raised />
          <input type="range" min={0} max={hour.last} step={1} value={past.moment.value} aria-label={t.moment} aria-valuetext={at === null ? '' : f.minute(at)}
            onInput={(event) => past.goTo(Number(event.currentTarget.value))} />
          <div class="time-scale" aria-hidden="true">
            {[0, 15, 30, 45, 60].map((minute) => <span key={minute}>{f.minute(from + minute * 60_000)}</span>)}
          </div>
        </div>
      )}
      {hour !== null && <p class="time-note">{t.note}{hour.answer.alertsLeftOut > 0 && ` ${t.leftOut(f.number(hour.answer.alertsLeftOut))}`}</p>}
    </div>
  );
}

/** When alerts came, over the slider. */
function Raised() {
  const { past } = useApp();
  const hour = past.hour.value;
  if (hour === null) return null;
  const all = hour.raisedBy();
  const most = Math.max(1, ...all.map((one) => one.count));
  return (
    <svg class="time-raised" viewBox={`0 0 ${hour.last} 20`} preserveAspectRatio="none" aria-hidden="true">
      {all.map(({ count, worst }, moment) => worst !== null && (
        <rect key={moment} class={`p${worst}`} x={moment - 0.4} width={0.8} y={20 - 4 - (16 * count) / most} height={4 + (16 * count) / most} />
      ))}
    </svg>
  );
}
