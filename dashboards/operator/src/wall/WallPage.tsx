import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Alert, Severity } from '../api/types';
import { duration } from '../format';
import { isActive, isUnacknowledged, SEVERITIES } from '../store/alerts';
import { Shape } from '../ui/Shape';
import { DomainCard } from './DomainCard';
import type { DistrictRow } from './indicators';
import { Setup } from './Setup';
import { SHIFTS, type WallApp } from './wall-app';
import { WallMap } from './WallMap';

/** Pages that the alerts get at most. */
const MOST_PARTS = 3;

export function WallPage({ app }: { app: WallApp }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (app.press(event)) event.preventDefault();
      else if (event.key === 'Tab') app.showControls();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [app]);
  const [x, y] = SHIFTS[app.shifted.value]!;
  const { page } = app.at.value;
  return (
    <div class={`wall link-${app.link.state.value}`} data-link={app.link.state.value} data-page={page} data-part={app.at.value.part} style={{ transform: `translate(${x}px, ${y}px)` }}>
      <Top app={app} />
      <LinkWarning app={app} />
      <main class="wall-body" aria-label={app.t.value.wall.page[page]}>
        {app.settings.value.pages.includes('map') && <WallMap app={app} shown={page === 'map'} />}
        {page === 'overview' && <Overview app={app} />}
        {page === 'map' && <aside class="beside"><Districts app={app} brief /></aside>}
        {page === 'districts' && <Districts app={app} />}
        {page === 'alerts' && <Alerts app={app} />}
      </main>
      {page !== 'alerts' && <Urgent app={app} />}
      <Controls app={app} />
      {app.setup.value && <Setup app={app} />}
    </div>
  );
}

function Top({ app }: { app: WallApp }) {
  const t = app.t.value;
  const f = app.f.value;
  const counts = app.counts.value;
  const state = app.link.state.value;
  const { page, part, parts } = app.at.value;
  const now = app.now.value;
  return (
    <header class="wall-top">
      <h1>{t.wall.page[page]}{parts > 1 && <small> {t.wall.part(f.number(part + 1), f.number(parts))}</small>}{app.paused.value && <em class="paused"> {t.wall.paused}</em>}</h1>
      <ul class="wall-counts" aria-label={t.list.level}>
        {SEVERITIES.map((severity) => {
          const { open, unacknowledged } = counts[severity];
          return (
            <li key={severity} class={open > 0 ? '' : 'zero'}>
              <Mark severity={severity} filled={unacknowledged > 0} /> <b>{f.number(open)}</b>
              <span class="visually-hidden">{t.severityFilter(t.severity[severity], open, unacknowledged)}</span>
            </li>
          );
        })}
      </ul>
      <div class={`wall-link ${state}`} role="status"><span class="lamp" aria-hidden="true" /> {t.link[state]}</div>
      <time class="wall-clock" dateTime={new Date(now).toISOString()}><b>{f.minute(now)}</b> <span>{f.date(now)}</span></time>
    </header>
  );
}

/** A mark as large as the type beside it. */
export function Mark({ severity, filled }: { severity: Severity; filled: boolean }) {
  return <span class="wall-mark"><Shape severity={severity} filled={filled} /></span>;
}

function LinkWarning({ app }: { app: WallApp }) {
  const t = app.t.value;
  const state = app.link.state.value;
  const storage = app.store.fleet.value.storage;
  if (state === 'live') return storage === 'ok' ? null : <p class="wall-warning off" role="alert">{t.storageBanner[storage]}</p>;
  const last = app.link.lastUpdateWall.value;
  app.now.value; // The age below is counted anew every second.
  return <p class={`wall-warning ${state}`} role="alert">{t.linkBanner[state]}{last !== null && <span aria-hidden="true"> {t.linkSince(duration(Date.now() - last, t.time))}</span>}</p>;
}

/** Splits what does not fit on one page: tells the rotation how many parts there are, and gives the present one. */
function usePart<T>(app: WallApp, page: 'overview' | 'districts' | 'alerts', all: readonly T[], perPart: number): readonly T[] {
  const parts = Math.max(1, Math.ceil(all.length / Math.max(1, perPart)));
  useLayoutEffect(() => {
    if (app.parts.peek()[page] !== parts) app.parts.value = { ...app.parts.peek(), [page]: parts };
  }, [parts]);
  const part = Math.min(app.at.value.part, parts - 1);
  return all.slice(part * perPart, (part + 1) * perPart);
}

/** Room of the body, in sizes of the smallest type. */
function useRoom(app: WallApp): { across: number; lines: number } {
  const { px } = app.type.value;
  const { width, height } = app.size.value;
  const warning = app.link.state.value === 'live' && app.store.fleet.value.storage === 'ok' ? 0 : 2.4;
  const urgent = app.at.value.page === 'alerts' ? 0 : 4.9;
  return { across: (width - 20) / px, lines: (height - 20) / px - 3.5 - urgent - warning };
}

function Overview({ app }: { app: WallApp }) {
  const { across, lines } = useRoom(app);
  const domains = app.domainList.value;
  const columns = Math.max(1, Math.min(domains.length, Math.floor(across / 15), 4));
  const rows = Math.max(1, Math.min(Math.floor(lines / 9.4), Math.ceil(domains.length / columns)));
  const shown = usePart(app, 'overview', domains, columns * rows);
  // Fewer than there is room for are made larger.
  const across2 = Math.min(columns, shown.length || 1);
  const down = Math.max(1, Math.ceil(shown.length / across2));
  return (
    <div class="domain-cards" style={{ gridTemplateColumns: `repeat(${across2}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${down}, minmax(0, 1fr))` }}>
      {shown.length === 0 && <p class="nothing">{app.t.value.list.waiting}</p>}
      {shown.map((domain) => <DomainCard key={domain.domain} app={app} state={domain} width={across / across2} height={lines / down} />)}
    </div>
  );
}

function Districts({ app, brief = false }: { app: WallApp; brief?: boolean }) {
  const { lines } = useRoom(app);
  const t = app.t.value.wall;
  const per = Math.max(1, Math.floor((lines - 2) / 2.2));
  const rows = app.districtList.value;
  const part = usePart(app, 'districts', rows, per);
  const shown = brief ? rows.slice(0, per) : part;
  return (
    <table class="wall-table">
      <caption class="visually-hidden">{t.page.districts}</caption>
      <thead><tr><th scope="col">{t.district.name}</th><th scope="col">{t.district.alerts}</th>{!brief && <th scope="col">{t.district.silent}</th>}</tr></thead>
      <tbody>{shown.map((row) => <District key={row.id} app={app} row={row} brief={brief} />)}</tbody>
    </table>
  );
}

function District({ app, row, brief }: { app: WallApp; row: DistrictRow; brief: boolean }) {
  const t = app.t.value.wall;
  const f = app.f.value;
  const some = SEVERITIES.filter((severity) => row.open[(severity - 1) as 0 | 1 | 2 | 3] > 0);
  return (
    <tr>
      <th scope="row">{app.district(row.id)}</th>
      <td class="marks">
        {some.length === 0 ? <span class="dim">{t.district.none}</span>
          : (brief ? some.slice(0, 2) : some).map((severity) => (
            <span key={severity}><Mark severity={severity} filled={row.waiting[(severity - 1) as 0 | 1 | 2 | 3] > 0} /> {f.number(row.open[(severity - 1) as 0 | 1 | 2 | 3])}</span>
          ))}
      </td>
      {!brief && <td class={row.silent > 0 ? '' : 'dim'}>{f.number(row.silent)}/{f.number(row.sensors)}</td>}
    </tr>
  );
}

function Alerts({ app }: { app: WallApp }) {
  const { lines } = useRoom(app);
  const per = Math.max(1, Math.floor((lines - 1.4) / 3.4));
  const all = app.urgent.value;
  // The worst of them: nobody waits for the twentieth page.
  const shown = usePart(app, 'alerts', all.slice(0, MOST_PARTS * per), per);
  const left = all.length - MOST_PARTS * per;
  if (all.length === 0) return <p class="nothing">{app.t.value.wall.noUrgent}</p>;
  return (
    <>
      <ul class="wall-alerts">{shown.map((alert) => <AlertLine key={alert.id} app={app} alert={alert} full />)}</ul>
      {left > 0 && <p class="left-over">{app.t.value.wall.notShown(app.f.value.number(left))}</p>}
    </>
  );
}

function AlertLine({ app, alert, full = false }: { app: WallApp; alert: Alert; full?: boolean }) {
  const t = app.t.value;
  const waiting = isUnacknowledged(alert);
  const age = duration(app.now.value - alert.raisedAt, t.time);
  const value = alert.value === null ? '' : `${app.value(alert.value, alert.property)} ${app.unit(alert.property, alert.unit)}`;
  return (
    <li class={`wall-alert p${alert.severity} ${waiting ? 'filled' : 'hollow'}`} data-alert={alert.id}>
      <Mark severity={alert.severity} filled={waiting} />
      <span class="about"><b>{app.title(alert)}</b> <span class="place">{app.place(alert)}{full && value !== '' ? ` · ${value}` : ''}</span></span>
      <span class="age">{age}{!isActive(alert) && <em> {t.wall.gone}</em>}</span>
      <span class="who">{waiting ? t.wall.waiting : alert.acknowledgedBy === null ? t.wall.seen : t.wall.seenBy(alert.acknowledgedBy)}</span>
    </li>
  );
}

/** What nobody may miss, on every page: the open P1 and P2, two at a time. */
function Urgent({ app }: { app: WallApp }) {
  const t = app.t.value.wall;
  const all = app.urgent.value;
  const two = 2;
  const turns = Math.max(1, Math.ceil(all.length / two));
  // The worst come first, and again whenever the page turns; what does not fit takes its turn.
  const from = (app.turns.value % turns) * two;
  return (
    <section class="wall-urgent" aria-label={t.urgent}>
      {all.length === 0 ? <p class="calm">{t.noUrgent}</p> : (
        <>
          <ul>{all.slice(from, from + two).map((alert) => <AlertLine key={alert.id} app={app} alert={alert} />)}</ul>
          {all.length > two && <span class="rest">{t.more(app.f.value.number(all.length - Math.min(two, all.length - from)))}</span>}
        </>
      )}
    </section>
  );
}

function Controls({ app }: { app: WallApp }) {
  const t = app.t.value.wall;
  const bar = useRef<HTMLDivElement>(null);
  return (
    <div class={`wall-controls ${app.controls.value ? 'shown' : ''}`} role="toolbar" aria-label={t.control.label} ref={bar} onFocusIn={() => app.showControls()}>
      <a class="button" href="../">{t.control.close}</a>
      <button type="button" onClick={() => app.turn(-1)}>← {t.control.previous}</button>
      <button type="button" aria-pressed={app.paused.value} onClick={() => { app.paused.value = !app.paused.value; }}>{app.paused.value ? t.control.resume : t.control.pause}</button>
      <button type="button" onClick={() => app.turn(1)}>{t.control.next} →</button>
      <button type="button" onClick={() => app.fullScreen()}>{t.control.full} (F)</button>
      <button type="button" onClick={() => { app.setup.value = true; }}>{t.control.setup} (S)</button>
      <span class="keys">{t.keys}</span>
    </div>
  );
}
