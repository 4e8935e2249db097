import type { FoldItem } from '../store/folding';
import { ROW_HEIGHT } from './AlertList';
import { useApp } from './context';
import { Shape } from './Shape';

/** A row that stands for several alerts of one kind and place; it opens to them. */
export function FoldRow({ item, index, selected }: { item: FoldItem; index: number; selected: boolean }) {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const { severity, unacknowledged } = item.mark;
  const first = item.alerts[0]!;
  const title = app.text(first.title, t.kind[first.kind]);
  const place = [first.asset === null ? null : app.asset(first.asset), app.district(first.district), first.domain === null ? null : app.domain(first.domain)].filter(Boolean).join(' · ');
  const classes = ['row', 'fold', `p${severity}`, unacknowledged ? 'filled' : 'hollow', selected && 'selected', item.gone && 'gone'];
  return (
    <div id={`alert-${item.id}`} role="row" aria-rowindex={index + 2} aria-selected={selected} class={classes.filter(Boolean).join(' ')}
      data-fold={item.key} style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }} onClick={() => app.selectRow(item)}>
      <span role="gridcell" class="mark">
        <Shape severity={severity} filled={unacknowledged} size={22} />
        <span class="visually-hidden">{t.list.foldWorst(severity, t.severity[severity])}</span>
      </span>
      <span role="gridcell" class="time">{f.when(item.newest, Math.floor(app.now.peek() / 60_000) * 60_000)}</span>
      <span role="gridcell" class="content" title={`${title}\n${place}`}>
        <span class="title">{title}</span>
        <span class="place">{place}</span>
      </span>
      <span role="gridcell" class="value" title={t.list.foldWaiting(f.number(item.unacknowledged))}><b aria-hidden="true">{f.number(item.unacknowledged)}<span class="of"> /{f.number(item.alerts.length)}</span></b><span class="visually-hidden">{t.list.foldWaiting(f.number(item.unacknowledged))}</span></span>
      <span role="gridcell" class="action">
        <OpenButton open={item.open} count={item.alerts.length} selected={selected} name={`${title}, ${place}`} toggle={() => app.toggleRow(item.id)} />
      </span>
    </div>
  );
}

/** Opens and shuts what is inside a row. */
export function OpenButton({ open, count, selected, name, toggle }: { open: boolean; count: number; selected: boolean; name: string; toggle: () => void }) {
  const app = useApp();
  const t = app.t.value;
  const number = app.f.value.number(count);
  return (
    <button type="button" class="open-button" tabIndex={selected ? 0 : -1} aria-expanded={open} aria-label={`${t.list.inside(number)}: ${name}`}
      onClick={(event) => { event.stopPropagation(); toggle(); }}>
      <span aria-hidden="true">{open ? '▾ ' : '▸ '}</span>{t.list.inside(number)}
    </button>
  );
}
