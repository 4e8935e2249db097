import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { Answer, AnswerCell } from '../api';
import { HEAT } from '../colours';
import { isLow } from '../model/chart';
import { heatPanels, stepOf, STEPS, type HeatMap, type HeatPanel } from '../model/heat';
import { usePlanner } from './context';

/** The hours of the week by colour and number. */
export function HeatView({ answer }: { answer: Answer }) {
  const app = usePlanner();
  const t = app.t.value.heat;
  const panels = useMemo(() => heatPanels(answer), [answer]);
  const measure = answer.measures[0]!;
  return (
    <>
      {panels.map((panel) => (
        <figure key={panel.property} class="panel heat-panel" data-property={panel.property}>
          <figcaption><h2>{app.property(panel.property)}</h2><span class="figure">{app.measure(measure, panel.property)} · {app.measureUnit(measure, panel.property, panel.unit)}</span></figcaption>
          <Scale panel={panel} measure={measure} />
          {panel.maps.map((map, i) => <Week key={i} panel={panel} map={map} measure={measure} measures={answer.measures} />)}
          {panel.left > 0 && <p class="hint">{t.left(app.f.value.number(panel.left))}</p>}
        </figure>
      ))}
    </>
  );
}

function Scale({ panel, measure }: { panel: HeatPanel; measure: string }) {
  const app = usePlanner();
  const t = app.t.value.heat;
  const colours = HEAT[app.theme.value];
  const step = (panel.max - panel.min) / STEPS;
  return (
    <div class="scale" role="group" aria-label={t.scale}>
      {colours.map(({ back, text }, i) => (
        <span key={i} style={{ background: back, color: text }}>{app.value(panel.min + step * i, measure, panel.property)}–{app.value(panel.min + step * (i + 1), measure, panel.property)}</span>
      ))}
      <span class="none">{t.none}</span>
      <span class="hint">{t.low}. {t.keys}</span>
    </div>
  );
}

interface WeekProps {
  panel: HeatPanel;
  map: HeatMap;
  measure: string;
  measures: readonly string[];
}

/** A week of hours as a grid: the arrows walk through it, and the cell with the focus is told in full. */
function Week({ panel, map, measure, measures }: WeekProps) {
  const app = usePlanner();
  const [t, f] = [app.t.value.heat, app.f.value];
  const table = useRef<HTMLTableElement>(null);
  const focus = useSignal<[day: number, hour: number]>([0, 0]);
  const shown = useSignal<[number, number] | null>(null);
  const place = app.place({ sensor: map.group.sensor ?? null, district: map.group.district ?? null, domain: map.group.domain ?? null });
  const tell = (day: number, hour: number): string => {
    const cell = map.cells[day]![hour] ?? null;
    const when = t.at(t.days[day]!, String(hour), String(hour + 1));
    if (!cell) return `${when}: ${t.none}`;
    const figures = measures.map((name, i) => `${app.measure(name, panel.property)} ${app.value(cell.values[i], name, panel.property)}`);
    if (typeof cell.coverage === 'number') figures.push(app.t.value.chart.coverage(f.percent(cell.coverage)));
    return `${when}: ${[...figures, t.count(f.number(cell.count))].join(', ')}`;
  };
  const onKey = (event: KeyboardEvent) => {
    const [day, hour] = focus.value;
    const to = ({
      ArrowLeft: [day, Math.max(0, hour - 1)], ArrowRight: [day, Math.min(23, hour + 1)], ArrowUp: [Math.max(0, day - 1), hour], ArrowDown: [Math.min(6, day + 1), hour],
      Home: [day, 0], End: [day, 23],
    } as Record<string, [number, number]>)[event.key];
    if (!to) return;
    event.preventDefault();
    focus.value = to;
    shown.value = to;
    table.current!.querySelector<HTMLElement>(`[data-at='${to[0]}-${to[1]}']`)?.focus();
  };
  return (
    <div class="week">
      <div class="week-scroll">
        <table ref={table} class="heat" role="grid" onKeyDown={onKey} onPointerLeave={() => { shown.value = null; }}>
          <caption>{t.caption(app.measure(measure, panel.property), place)}</caption>
          <thead><tr><th scope="col"><span class="visually-hidden">{t.hour}</span></th>{Array.from({ length: 24 }, (_, hour) => <th key={hour} scope="col">{hour}</th>)}</tr></thead>
          <tbody>
            {map.cells.map((hours, day) => (
              <tr key={day}>
                <th scope="row"><abbr title={t.days[day]}>{t.daysShort[day]}</abbr></th>
                {hours.map((cell, hour) => (
                  <Cell key={hour} cell={cell} panel={panel} measure={measure} at={`${day}-${hour}`} first={focus.value[0] === day && focus.value[1] === hour}
                    onShow={() => { shown.value = [day, hour]; }} onFocus={() => { focus.value = [day, hour]; shown.value = [day, hour]; }} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="told" role="status">{shown.value === null ? ' ' : tell(...shown.value)}</p>
    </div>
  );
}

interface CellProps {
  cell: AnswerCell | null;
  panel: HeatPanel;
  measure: string;
  at: string;
  first: boolean;
  onShow: () => void;
  onFocus: () => void;
}

function Cell({ cell, panel, measure, at, first, onShow, onFocus }: CellProps) {
  const app = usePlanner();
  const value = cell?.values[0] ?? null;
  const colours = value === null ? null : HEAT[app.theme.value][stepOf(value, panel.min, panel.max)]!;
  return (
    <td data-at={at} role="gridcell" tabIndex={first ? 0 : -1} class={`${cell && isLow(cell) ? 'low' : ''} ${value === null ? 'none' : ''}`} onPointerEnter={onShow} onFocus={onFocus}
      {...(colours ? { style: { background: colours.back, color: colours.text } } : {})}>
      {value === null ? <span class="visually-hidden">{app.t.value.heat.none}</span> : short(app.value(value, measure, panel.property))}
    </td>
  );
}

/** What fits into a cell: without decimals where there are many digits. */
const short = (text: string): string => (text.replace(/\D/g, '').length > 4 ? text.replace(/[.,]\d{1,2}$/, '') : text);
