import type { ComponentChildren } from 'preact';
import type { Alert } from '../api/types';
import { isLatched } from '../store/alerts';
import { sameName } from '../store/operators';
import { useApp } from './context';

/** What can be done with the selected alert, or with the marked ones: the same as the keys do. */
export function AlertActions() {
  const app = useApp();
  const t = app.t.value.life;
  const { life } = app;
  const targets = life.targets.value;
  const open = targets.filter((alert) => alert.state !== 'closed');
  const marked = life.marked.value.length;
  const busy = targets.some((alert) => life.acts.pending.value.has(alert.id));
  const shelved = open.length > 0 && open.every((alert) => alert.hold?.kind === 'shelved');
  const mine = open.length === 1 && sameName(open[0]!.assignee, app.preferences.operator.value);
  const none = open.length === 0 || busy;
  return (
    <div class="acts" role="toolbar" aria-label={t.bar} data-own-arrows>
      {marked > 0 && (
        <div class="acts-marked">
          <b role="status">{t.marked(app.f.value.number(marked))}</b>
          <button type="button" class="quiet" onClick={() => life.clearMarks()}>{t.clearMarks} <kbd>Esc</kbd></button>
          <button type="button" disabled={busy} onClick={() => life.acknowledgeMarked()}>{t.acknowledge} <kbd>A</kbd></button>
        </div>
      )}
      <Act letter="S" disabled={none} act={() => life.shelveOrBack()}>{shelved ? t.unshelve : t.shelve}</Act>
      <Act letter="N" disabled={targets.length !== 1 || busy} act={() => life.note()}>{t.note}</Act>
      <Act letter="G" disabled={none} act={() => life.takeOrRelease()}>{mine ? t.release : t.take}</Act>
      <Act letter="P" disabled={none} act={() => life.pass()}>{t.pass}</Act>
      {targets.some(isLatched) && <Act letter="R" disabled={busy} act={() => life.reset()}>{t.reset}</Act>}
      {marked === 0 && <Act letter="O" disabled={life.subject.value === null} act={() => life.service()}>{life.outage.value ? t.back : t.service}</Act>}
    </div>
  );
}

function Act({ letter, disabled, act, children }: { letter: string; disabled: boolean; act: () => void; children: ComponentChildren }) {
  return <button type="button" class="act" disabled={disabled} aria-keyshortcuts={letter} title={letter} onClick={act}>{children} <kbd aria-hidden="true">{letter}</kbd></button>;
}

/** Marks an alert, to act on several at once; seen where it is of use. */
export function MarkBox({ alert, selected }: { alert: Alert; selected: boolean }) {
  const app = useApp();
  const marked = app.life.isMarked(alert.id);
  return (
    <label class={`pick ${marked ? 'picked' : ''} ${app.life.marked.value.length > 0 ? 'picking' : ''}`} onClick={(event) => event.stopPropagation()}>
      <input type="checkbox" checked={marked} tabIndex={selected ? 0 : -1} aria-label={app.t.value.life.mark(app.title(alert))}
        onChange={(event) => app.life.mark(alert.id, event.currentTarget.checked)} />
    </label>
  );
}

/** The words that say how an alert stands, where a row has room for them. */
export function StateTags({ alert }: { alert: Alert }) {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  return (
    <>
      {alert.hold && <em class="tag">{t.life.hold[alert.hold.kind]}</em>}
      {alert.assignee !== null && alert.state !== 'closed' && <em class="tag" title={t.life.tag.assigneeTitle(alert.assignee)}>{t.life.tag.assignee(alert.assignee)}</em>}
      {alert.lateCleared && alert.clearedAt !== null && (
        <em class="tag" title={t.life.tag.lateClearedTitle(f.when(alert.clearedReceivedAt ?? alert.clearedAt, app.now.peek()))}>{t.life.tag.lateCleared}</em>
      )}
    </>
  );
}
