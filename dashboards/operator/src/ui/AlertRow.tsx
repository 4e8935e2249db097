import type { Alert } from '../api/types';
import type { AlertItem } from '../store/folding';
import { isLatched, isUnacknowledged } from '../store/alerts';
import { MarkBox, StateTags } from './AlertActions';
import { useApp } from './context';
import { Shape } from './Shape';
import { ROW_HEIGHT } from './AlertList';
import { OpenButton } from './FoldRow';

export function AlertRow({ item, index, selected }: { item: AlertItem; index: number; selected: boolean }) {
  const { alert } = item;
  const app = useApp();
  const t = app.t.value;
  const pending = app.acknowledger.pending.value.has(alert.id);
  const open = isUnacknowledged(alert);
  const failed = open && app.acknowledger.failed.value.has(alert.id);
  // Shown as acknowledged while the request is under way, so that the press is felt; it comes back when it fails.
  const filled = open && !pending;
  const title = app.title(alert);
  const place = app.place(alert);
  const classes = ['row', `p${alert.severity}`, alert.state, filled ? 'filled' : 'hollow', item.depth > 0 && 'within', selected && 'selected', failed && 'failed', item.gone && 'gone'];
  return (
    <div id={`alert-${alert.id}`} role="row" aria-rowindex={index + 2} aria-selected={selected} class={classes.filter(Boolean).join(' ')}
      data-alert={alert.id} style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }} onClick={() => app.selectAlert(alert.id)}>
      <span role="gridcell" class="mark">
        <Shape severity={alert.severity} filled={filled} size={alert.severity === 1 ? 28 : 22} />
        <span class="visually-hidden">{`${alert.severity} ${t.severity[alert.severity]}`}</span>
        <MarkBox alert={alert} selected={selected} />
      </span>
      <span role="gridcell" class="time"><WhenCell ms={alert.raisedAt} /></span>
      <span role="gridcell" class="content" title={`${title}\n${place}`}>
        <span class="title">{title}</span>
        <span class="place">
          <span class="phone-time" aria-hidden="true"><WhenCell ms={alert.raisedAt} /> · </span>
          {failed && <em class="tag trouble">{t.list.failed}</em>}
          {alert.state === 'returned' && <em class="tag">{t.list.returned}</em>}
          {isLatched(alert) && <em class="tag">{t.list.latched}</em>}
          {alert.chattering && <em class="tag" title={t.list.chatteringTitle(alert.turns)}>{t.list.chattering}</em>}
          {alert.escalationLevel > 0 && isUnacknowledged(alert) && <em class="tag">{t.list.escalated(alert.escalationLevel)}</em>}
          {alert.late && <em class="tag" title={t.list.lateTitle(app.f.value.when(alert.receivedAt, alert.receivedAt))}>{t.list.late}</em>}
          <StateTags alert={alert} />
          {alert.reAlarms > 0 && <em class="tag" title={t.list.reAlarms(alert.reAlarms)}>×{alert.reAlarms + 1}</em>}
          {place}
        </span>
      </span>
      <span role="gridcell" class="value">{item.members > 0
        ? <OpenButton open={item.open} count={item.members} selected={selected} name={title} toggle={() => app.toggleRow(item.id)} />
        : <ValueCell alert={alert} />}</span>
      <span role="gridcell" class="action">
        {open && !pending && !item.gone && (
          <button type="button" tabIndex={selected ? 0 : -1} aria-label={t.list.acknowledgeThis(title, place)}
            onClick={(event) => { event.stopPropagation(); app.acknowledge(alert.id); }}>
            {t.list.acknowledge}
          </button>
        )}
        {pending && <span class="sending">{t.list.sending}</span>}
        {!open && !pending && (
          <span class="by" title={(alert.state === 'closed' ? t.list.closedBy : t.list.by)(alert.acknowledgedBy ?? '')}>
            {alert.state === 'closed' ? t.list.closedState : '✓'} {alert.acknowledgedBy}
          </span>
        )}
      </span>
    </div>
  );
}

function WhenCell({ ms }: { ms: number }) {
  const app = useApp();
  // The day matters only, so the row is not drawn again every second.
  const today = Math.floor(app.now.peek() / 60_000) * 60_000;
  return <>{app.f.value.when(ms, today)}</>;
}

function ValueCell({ alert }: { alert: Alert }) {
  const app = useApp();
  if (alert.value === null) return null;
  const unit = app.unit(alert.property, alert.unit);
  return (
    <>
      <b>{app.value(alert.value, alert.property)}</b>
      <span>{alert.limit === null ? unit : `${unit} / ${app.f.value.given(alert.limit)}`}</span>
    </>
  );
}
