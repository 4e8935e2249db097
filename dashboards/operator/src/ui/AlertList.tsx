import { useSignal, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isFiltered, isUnacknowledged } from '../store/alerts';
import type { ListItem } from '../store/folding';
import { shiftOf } from '../store/steady';
import { AlertActions } from './AlertActions';
import { AlertRow } from './AlertRow';
import { useApp } from './context';
import { FilterButton, FilterPanel } from './FilterPanel';
import { FoldRow } from './FoldRow';
import { HeldButton, HeldList } from './HeldList';
import { Shape } from './Shape';

/** Height of a row in pixels; theme.css says the same. */
export const ROW_HEIGHT = 58;

/** Rows drawn above and below what is seen. */
const MARGIN_ROWS = 3;

export function AlertList() {
  const t = useApp().t.value;
  return (
    <section class="alerts" id="alerts" aria-label={t.list.title}>
      <ListHead />
      <Filters />
      <FilterPanel />
      {useApp().life.view.value === 'held' ? <HeldList /> : <Rows />}
      <AlertActions />
    </section>
  );
}

function ListHead() {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const flood = app.store.flood.value;
  const groupable = app.groupable.value.length;
  return (
    <div class="list-head">
      <h2>{t.list.title}</h2>
      <span class="summary">{t.list.summary(f.number(app.open.value), f.number(app.unacknowledged.value))}</span>
      {flood.inFlood
        ? <span class="flood" role="status" title={t.list.floodTitle(f.number(flood.operators))}>{t.list.flood(f.number(Math.round(flood.rate)))}</span>
        : app.store.epoch.value !== null && <span class="load" title={t.list.loadTitle}>{t.list.load(f.number(flood.rate, Number.isInteger(flood.rate) ? 0 : 1), f.number(flood.operators))}</span>}
      <span class="spacer" />
      <button type="button" disabled={groupable === 0} title={groupable === 0 ? t.list.groupNone : undefined} onClick={() => app.askGroup()}>
        {t.list.group}
      </button>
    </div>
  );
}

function Filters() {
  const app = useApp();
  const t = app.t.value;
  const filter = app.filter.value;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    app.focusSearch = () => {
      input.current?.focus();
      input.current?.select();
    };
  }, [app]);
  const filtered = isFiltered(filter);
  return (
    <div class="filters" role="search">
      <input ref={input} type="search" value={filter.search} placeholder={`${t.list.searchShort} ( / )`} aria-label={t.list.search} maxLength={100}
        onInput={(event) => { app.filter.value = { ...app.filter.value, search: event.currentTarget.value }; }}
        onKeyDown={(event) => {
          // Letters are commands again in the list, so that what was found can be acknowledged without the mouse.
          if (event.isComposing || (event.key !== 'Enter' && event.key !== 'ArrowDown')) return;
          event.preventDefault();
          event.stopPropagation();
          document.querySelector<HTMLElement>('.grid')?.focus();
          app.leaveSearch();
        }} />
      <label>
        <input type="checkbox" checked={filter.showClosed}
          onChange={(event) => { app.filter.value = { ...app.filter.value, showClosed: event.currentTarget.checked }; }} />
        {t.list.closed}
      </label>
      <FilterButton />
      <HeldButton />
      {filtered && (
        <>
          <span class="summary" role="status">{t.list.shown(app.f.value.number(app.visible.value.length))}</span>
          <button type="button" class="quiet" onClick={() => app.run({ kind: 'escape' })}>{t.list.clearFilter}</button>
        </>
      )}
    </div>
  );
}

function Rows() {
  const app = useApp();
  const t = app.t.value;
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(800);
  const rows = app.rows.value;
  const selected = app.selectedAlert.value;

  useEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
      app.listPage = Math.max(1, Math.floor(element.clientHeight / ROW_HEIGHT) - 1);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // Follows the selection when it moves, not when the list does.
  const reveal = app.reveal.value;
  useEffect(() => {
    const element = scroller.current!;
    const index = app.rows.peek().findIndex((row) => row.id === app.selectedAlert.peek());
    if (index < 0) return;
    const rowTop = index * ROW_HEIGHT;
    if (rowTop < element.scrollTop) element.scrollTop = rowTop;
    else if (rowTop + ROW_HEIGHT > element.scrollTop + element.clientHeight) element.scrollTop = rowTop + ROW_HEIGHT - element.clientHeight;
  }, [reveal]);

  const arrived = useArrivals(scroller, top);
  const pointer = useRef('');
  // Browsers also tell of moves when it is the page that moved under a pointer at rest.
  const moved = ({ screenX, screenY }: PointerEvent) => {
    const at = `${screenX},${screenY}`;
    if (at !== pointer.current) app.hold.touch();
    pointer.current = at;
  };
  const first = Math.max(0, Math.floor(top.value / ROW_HEIGHT) - MARGIN_ROWS);
  const last = Math.min(rows.length, Math.ceil((top.value + height.value) / ROW_HEIGHT) + MARGIN_ROWS);
  const active = selected !== null && rows.slice(first, last).some((row) => row.id === selected) ? `alert-${selected}` : undefined;
  const filtered = isFiltered(app.filter.value);

  return (
    <div class="grid" role="grid" aria-label={t.list.title} aria-rowcount={rows.length + 1} aria-colcount={5} tabIndex={0} aria-activedescendant={active}>
      <div role="row" aria-rowindex={1} class="grid-head">
        <span role="columnheader"><span class="visually-hidden">{t.list.level}</span></span>
        <span role="columnheader">{t.list.time}</span>
        <span role="columnheader">{t.list.content}</span>
        <span role="columnheader" class="right">{t.list.value}</span>
        <span role="columnheader"><span class="visually-hidden">{t.list.action}</span></span>
      </div>
      <NewsButton arrived={arrived} show={() => {
        app.hold.release();
        scroller.current!.scrollTop = 0;
      }} />
      <div class="scroller" role="rowgroup" ref={scroller} onScroll={(event) => { top.value = event.currentTarget.scrollTop; }}
        onPointerMove={moved} onPointerDown={() => app.hold.press()} onPointerUp={() => app.hold.letGo()} onPointerCancel={() => app.hold.letGo()}
        onPointerLeave={() => app.hold.leave()} onWheel={() => app.hold.touch()} onFocusIn={() => app.hold.touch()}>
        <div class="canvas" role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
          {rows.slice(first, last).map((row, i) => row.kind === 'fold'
            ? <FoldRow key={row.id} item={row} index={first + i} selected={row.id === selected} />
            : <AlertRow key={row.id} item={row} index={first + i} selected={row.id === selected} />)}
        </div>
      </div>
      {rows.length === 0 && (
        <p class="empty">{app.store.epoch.value === null ? t.list.waiting : filtered ? t.list.emptyFiltered : t.list.empty}</p>
      )}
    </div>
  );
}

/**
 * Keeps what is seen of a scrolled list where it is when rows come and go, and tells which rows came above it; a list that is not
 * scrolled shows what comes.
 */
function useArrivals(scroller: RefObject<HTMLDivElement | null>, top: Signal<number>): readonly ListItem[] {
  const app = useApp();
  const rows = app.rows.value;
  const before = useRef({ rows, filter: app.filter.value, open: app.openRows.value });
  const unseen = useSignal<ReadonlySet<string>>(new Set());
  const first = Math.floor(top.value / ROW_HEIGHT);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const old = before.current;
    before.current = { rows, filter: app.filter.peek(), open: app.openRows.peek() };
    if (old.rows === rows) return;
    if (element.scrollTop === 0 || old.filter !== before.current.filter) {
      if (unseen.peek().size > 0) unseen.value = new Set();
      return;
    }
    // A row that the operator opens stays where it is.
    if (old.open !== before.current.open) return;
    const at = Math.floor(element.scrollTop / ROW_HEIGHT);
    const seen = old.rows.slice(at, at + Math.ceil(element.clientHeight / ROW_HEIGHT) + 1).map((row) => row.id);
    const shift = shiftOf(seen, at, rows);
    const known = new Set(old.rows.map((row) => row.id));
    const arrived = rows.slice(0, at + shift).filter((row) => !known.has(row.id)).map((row) => row.id);
    if (arrived.length > 0) unseen.value = new Set([...unseen.peek(), ...arrived]);
    if (shift === 0) return;
    element.scrollTop += shift * ROW_HEIGHT;
    top.value = element.scrollTop;
  }, [rows]);

  const above = unseen.value.size === 0 ? [] : rows.slice(0, first).filter((row) => unseen.value.has(row.id));
  // What the operator scrolled up to has been seen.
  useEffect(() => { if (above.length < unseen.peek().size) unseen.value = new Set(above.map((row) => row.id)); }, [above.length]);
  return above;
}

/** Over the list's head, so that it moves nothing: what is new and not to be seen, a P1 in its own colour. Shows it when pressed. */
function NewsButton({ arrived, show }: { arrived: readonly ListItem[]; show: () => void }) {
  const app = useApp();
  const t = app.t.value.list;
  const f = app.f.value;
  const news = app.news.value;
  const count = news.count + arrived.length;
  const critical = news.critical + arrived.filter((row) => row.kind === 'alert' && row.alert.severity === 1 && isUnacknowledged(row.alert)).length;
  if (count === 0) return null;
  return (
    <button type="button" class={`list-news ${critical > 0 ? 'critical' : ''}`} onClick={show}>
      {critical > 0 && <Shape severity={1} filled size={18} />}
      <span aria-hidden="true">↑</span> {critical > 0 ? t.newsCritical(f.number(count), f.number(critical)) : t.news(f.number(count))} · {t.newsShow}
    </button>
  );
}
