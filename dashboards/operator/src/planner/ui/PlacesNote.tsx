import { leftOut, narrowsSensors } from '../model/places';
import { usePlanner } from './context';

/** Says that sensors and districts chosen together must both hold, whom that leaves out, and offers to drop one of them. */
export function PlacesNote() {
  const app = usePlanner();
  const t = app.t.value.places;
  const query = app.query.value;
  if (!narrowsSensors(query)) return null;
  const out = leftOut(query, app.sensors.value);
  return (
    <div class="places-note" role="status">
      <p>{t.both(app.around())}</p>
      {out.length > 0 && <p class="left-out">{t.leftOut(app.f.value.number(out.length), app.some(out, (id) => app.sensor(id)))}</p>}
      <button type="button" onClick={() => app.change({ districts: [], domains: [] })}>{t.dropAround(app.around())}</button>
      <button type="button" onClick={() => app.change({ sensors: [] })}>{t.dropSensors}</button>
    </div>
  );
}
