import { useApp } from './context';
import { Shape } from './Shape';

/** The signs of the map. */
export function Legend() {
  const app = useApp();
  const t = app.t.value;
  const hasLines = app.atlas.assets.all.value.some((asset) => asset.geometry.type !== 'Point');
  return (
    <ul class="legend" aria-label={t.map.legend}>
      <li><Shape severity={1} filled size={16} />{t.atlas.legend.waiting}</li>
      <li><Shape severity={2} filled={false} size={16} />{t.atlas.legend.acknowledged}</li>
      <li><span class="cluster"><Shape severity={2} filled size={16} />×5</span>{t.atlas.legend.cluster}</li>
      <li><Sign><circle cx="8" cy="8" r="3" class="solid" /></Sign>{t.atlas.legend.normal}</li>
      <li><Sign><circle cx="8" cy="8" r="3.4" /></Sign>{t.atlas.legend.old}</li>
      <li><Sign><circle cx="8" cy="8" r="5" /><path d="M4.5 11.5L11.5 4.5" /></Sign>{t.state.silent}</li>
      <li><Sign><path d="M4.5 4.5L11.5 11.5M11.5 4.5L4.5 11.5" /></Sign>{t.state.offline}</li>
      <li><Sign faint><circle cx="8" cy="8" r="2.4" /></Sign>{t.state.unknown}</li>
      <li><Sign><circle cx="8" cy="8" r="6.5" stroke-dasharray="3 2.2" /></Sign>{t.map.bad}</li>
      {hasLines && <li><Sign><path d="M1 11C5 3 10 13 15 5" /></Sign>{t.atlas.legend.line}</li>}
      {hasLines && <li><Sign><path d="M1 11C5 3 10 13 15 5" stroke-dasharray="3 2.2" /></Sign>{t.atlas.legend.deadLine}</li>}
      <li><span class="ground" />{t.atlas.legend.ground}</li>
    </ul>
  );
}

function Sign({ children, faint = false }: { children: preact.ComponentChildren; faint?: boolean }) {
  return <svg class={faint ? 'faint' : undefined} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{children}</svg>;
}
