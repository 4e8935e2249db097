import { useApp } from './context';

/** The grey signs of the map; the priorities' shapes are named in the top bar. */
export function Legend() {
  const t = useApp().t.value;
  return (
    <ul class="legend" aria-label={t.map.legend}>
      <li><Sign><circle cx="8" cy="8" r="3" class="solid" /></Sign>{t.state.online}</li>
      <li><Sign><circle cx="8" cy="8" r="4.5" /></Sign>{t.state.stale}</li>
      <li><Sign><circle cx="8" cy="8" r="5" /><path d="M4.5 11.5L11.5 4.5" /></Sign>{t.state.silent}</li>
      <li><Sign><path d="M4.5 4.5L11.5 11.5M11.5 4.5L4.5 11.5" /></Sign>{t.state.offline}</li>
      <li><Sign><circle cx="8" cy="8" r="2.2" /></Sign>{t.state.unknown}</li>
      <li><Sign><circle cx="8" cy="8" r="6.5" stroke-dasharray="3 2.2" /></Sign>{t.map.bad}</li>
    </ul>
  );
}

function Sign({ children }: { children: preact.ComponentChildren }) {
  return <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{children}</svg>;
}
