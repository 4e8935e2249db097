import { sparkline, trendOf } from './courses';
import { isOld } from '../store/district-figures';
import type { DomainState, Indicator, Lamps } from './indicators';
import type { WallApp } from './wall-app';
import { Mark } from './WallPage';

const when = (app: WallApp, ms: number) => app.f.value.shortWhen(ms, app.now.peek());

const ARROWS = { up: '↗', down: '↘', flat: '→' };

/** How a domain is: its state, its headline with the worst district and where it goes, and as much else as there is room for. */
export function DomainCard({ app, state, width, height }: { app: WallApp; state: DomainState; width: number; height: number }) {
  const t = app.t.value;
  const words = t.wall;
  const f = app.f.value;
  const [headline, ...others] = state.indicators;
  const { worst } = state;
  const lamps = state.lamps;
  // Where there is room, everything is larger.
  const larger = Math.max(1, Math.min(2.2, width / 16.5, height / 12.5));
  // In sizes of its smallest type: head 1.7, name 1.4, headline 3.1, worst 1.4, foot 1.5, edges 1; each line more 1.4, a sparkline 2.5 and more.
  const room = height / larger - 10.2;
  const more = (lamps ? state.indicators : others).slice(0, Math.max(0, Math.min(3, Math.floor((room - (lamps ? -1 : 2.6)) / 1.4))));
  return (
    <section class={`domain-card ${worst === null ? 'calm' : `p${worst.severity} ${worst.unacknowledged ? 'filled' : 'hollow'}`}`} data-domain={state.domain} aria-label={app.domain(state.domain)} style={{ '--u': `${app.type.value.px * larger}px` }}>
      <h2><span>{app.domain(state.domain)}</span>
        {worst === null ? <span class="state-word">{state.reporting === 0 ? words.noData : words.normal}</span>
          : <span class="state-word"><Mark severity={worst.severity} filled={worst.unacknowledged} /> {f.number(state.open)}</span>}
      </h2>
      {lamps ? <LampCounts app={app} lamps={lamps} /> : headline ? <Headline app={app} domain={state.domain} indicator={headline} tall={room > 2.5} wide={width / larger > 14} /> : <p class="nothing">{words.noData}</p>}
      {more.map((indicator) => (
        <p key={indicator.property} class="other"><span class="name">{app.text(app.catalogue.properties.value.get(indicator.property)?.name, indicator.property)}</span> <b>{app.value(indicator.mean, indicator.property)}</b> {app.unit(indicator.property)}</p>
      ))}
      <p class="reporting">{words.online(f.number(state.reporting), f.number(state.sensors))}</p>
    </section>
  );
}

/** The lamps of the city: how many are lit, dark, and not to be relied on. */
function LampCounts({ app, lamps }: { app: WallApp; lamps: Lamps }) {
  const t = app.t.value.wall.lamps;
  const f = app.f.value;
  return (
    <>
      <p class="indicator-name">{t.title}</p>
      <p class="headline"><b>{f.number(lamps.on)}</b> <span class="unit">{t.on}</span></p>
      <p class="other"><span class="name">{t.off}</span> <b>{f.number(lamps.off)}</b></p>
      <p class="other"><span class="name">{t.faulty}</span> <b>{f.number(lamps.faulty)}</b></p>
    </>
  );
}

function Headline({ app, domain, indicator, tall, wide }: { app: WallApp; domain: string; indicator: Indicator; tall: boolean; wide: boolean }) {
  const words = app.t.value.wall;
  app.coursesRevision.value;
  const points = app.course(domain, indicator.property).points();
  const trend = trendOf(points);
  const unit = app.unit(indicator.property);
  const worst = `${app.value(indicator.worst, indicator.property)} ${unit}`;
  const where = app.district(indicator.worstDistrict);
  const path = sparkline(points, 300, 60);
  return (
    <>
      <p class="indicator-name">{words.mean(app.text(app.catalogue.properties.value.get(indicator.property)?.name, indicator.property))}</p>
      <p class="headline"><b>{app.value(indicator.mean, indicator.property)}</b> <span class="unit">{unit}</span>
        {trend !== null && <span class="trend" role="img" aria-label={words.trend[trend]}>{ARROWS[trend]}</span>}
        {!tall && wide && path !== '' && <Spark path={path} />}</p>
      {tall && path !== '' && <Spark path={path} />}
      <p class="worst">{indicator.direction === 'high' ? words.worstHigh(worst, where) : words.worstLow(worst, where)}{isOld(indicator.oldest, app.now.peek()) && <span class="old"> · {words.since(when(app, indicator.oldest))}</span>}</p>
    </>
  );
}

const Spark = ({ path }: { path: string }) => (
  <svg class="spark" viewBox="-4 -4 308 68" preserveAspectRatio="none" aria-hidden="true"><path d={path} vector-effect="non-scaling-stroke" /></svg>
);
