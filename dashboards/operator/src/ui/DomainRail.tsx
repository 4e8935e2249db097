import { useApp } from './context';
import { Shape } from './Shape';

export function DomainRail() {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const chosen = app.filter.value.domain;
  return (
    <nav class="rail" aria-label={t.rail.title}>
      <button type="button" class="domain" aria-pressed={chosen === null} onClick={() => app.setDomain(null)}>
        <span class="name">{t.rail.all}</span>
        <span class="count">{f.number(app.unacknowledged.value)}<span class="of">/{f.number(app.open.value)}</span></span>
      </button>
      {app.domains.value.map(({ domain, open, unacknowledged, worst }) => (
        <button key={domain} type="button" class={`domain ${worst ? `lit p${worst}` : ''}`} aria-pressed={chosen === domain}
          title={`${app.domain(domain)}: ${open > 0 ? t.rail.open(f.number(open), f.number(unacknowledged)) : t.rail.none}${worst ? `, ${t.severity[worst]}` : ''}`}
          onClick={() => app.setDomain(domain)}>
          <span class="name">{app.domain(domain)}</span>
          <span class="count">
            {worst && <Shape severity={worst} filled size={20} />}
            {open > 0 ? <>{f.number(unacknowledged)}<span class="of">/{f.number(open)}</span></> : <span class="of">0</span>}
          </span>
        </button>
      ))}
    </nav>
  );
}
