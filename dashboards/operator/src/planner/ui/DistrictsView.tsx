import { useMemo } from 'preact/hooks';
import type { Answer, Figures } from '../api';
import { isLow } from '../model/chart';
import { barOf, districtPanels, type DistrictPanel } from '../model/districts';
import { usePlanner } from './context';

/** The districts beside each other, highest first: one figure for the whole period, and the period before where it is compared. */
export function DistrictsView({ answer }: { answer: Answer }) {
  const app = usePlanner();
  const panels = useMemo(() => districtPanels(answer), [answer]);
  return (
    <>
      {panels.map((panel) => (
        <figure key={panel.property} class="panel" data-property={panel.property}>
          <figcaption><h2>{app.property(panel.property)}</h2><span class="figure">{app.measure(answer.measures[0]!, panel.property)} · {app.measureUnit(answer.measures[0]!, panel.property, panel.unit)}</span></figcaption>
          <Districts panel={panel} answer={answer} />
          {panel.rows.some((row) => row.thin) && <p class="hint thin">○ {app.t.value.districts.thin}</p>}
        </figure>
      ))}
    </>
  );
}

function Districts({ panel, answer }: { panel: DistrictPanel; answer: Answer }) {
  const app = usePlanner();
  const [t, f] = [app.t.value, app.f.value];
  const compare = answer.compare ?? null;
  const measure = answer.measures[0]!;
  return (
    <div class="districts-scroll" tabIndex={0} role="region" aria-label={t.districts.caption(app.property(panel.property))}>
      <table class="districts">
        <caption class="visually-hidden">{t.districts.caption(app.property(panel.property))}</caption>
        <thead>
          <tr>
            <th scope="col">{t.districts.district}</th>
            <th scope="col" class="bars">{t.districts.value}</th>
            {compare !== null && <th scope="col">{app.comparison(compare)}</th>}
            {compare !== null && <th scope="col">{t.districts.change}</th>}
            <th scope="col">{t.districts.sensors}</th>
            <th scope="col">{t.districts.coverage}</th>
            {compare !== null && <th scope="col">{t.measure.before(t.districts.coverage)}</th>}
          </tr>
        </thead>
        <tbody>
          {panel.rows.map((row) => (
            <tr key={row.group.district ?? ''}>
              <th scope="row">{row.group.district ? app.district(row.group.district) : '–'}</th>
              <td class="bars">
                <Bar figures={row.now} panel={panel} measure={measure} kind="now" />
                {compare !== null && <Bar figures={row.before} panel={panel} measure={measure} kind="before" />}
              </td>
              {compare !== null && <td>{app.value(row.before?.values[0], measure, panel.property)}</td>}
              {compare !== null && (
                <td class={row.thin ? 'low' : ''} {...(row.thin ? { title: t.districts.thin } : {})}>
                  {row.change === null ? '–' : f.change(row.change)}{row.thin && <span class="visually-hidden"> ({t.districts.uncertain})</span>}
                </td>
              )}
              <td>{f.number(row.group.sensors)}</td>
              <Coverage figures={row.now} />
              {compare !== null && <Coverage figures={row.before} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Coverage({ figures }: { figures: Figures | null }) {
  const f = usePlanner().f.value;
  return <td class={figures && isLow(figures) ? 'low' : ''}>{typeof figures?.coverage === 'number' ? f.percent(figures.coverage) : '–'}</td>;
}

function Bar({ figures, panel, measure, kind }: { figures: Figures | null; panel: DistrictPanel; measure: string; kind: 'now' | 'before' }) {
  const app = usePlanner();
  const value = figures?.values[0] ?? null;
  if (value === null) return kind === 'now' ? <span class="hint">{app.t.value.districts.none}</span> : null;
  const { left, width } = barOf(value, panel.min, panel.max);
  return (
    <span class={`bar ${kind} ${figures && isLow(figures) ? 'low' : ''}`}>
      <span class="track" aria-hidden="true"><span style={{ marginLeft: `${left}%`, width: `${width}%` }} /></span>
      {kind === 'now' && <b>{app.value(value, measure, panel.property)}</b>}
    </span>
  );
}
