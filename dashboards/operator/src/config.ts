import { signal } from '@preact/signals';

/** What the host has when nobody sets another zone, until it tells. */
const USUAL_ZONE = 'Asia/Ho_Chi_Minh';

/** The same as `CITY_ZONE`, for what is made once and has to be made anew with another zone. */
export const cityZone = signal(USUAL_ZONE);

/** The zone that every clock, axis and time on the page is shown in, whatever zone the computer is set to: the host's (`Ioc:TimeZone`). */
export let CITY_ZONE = USUAL_ZONE;

/** Takes the zone that the host tells; one that this browser does not know changes nothing. */
export function setCityZone(zone: string | undefined): void {
  if (zone === undefined || zone === CITY_ZONE) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return;
  }
  CITY_ZONE = zone;
  cityZone.value = zone;
}

/** An update is due every 2 s; after this many milliseconds without one the page says that it is behind. */
export const STALE_AFTER_MS = 4_000;

/** After this many milliseconds without an update the page says that it is cut off. */
export const OFF_AFTER_MS = 15_000;

/** How far back the trend strip reaches, hours to choose from. */
export const TREND_HOURS = [1, 3, 12, 24] as const;

/** Where the map opens before any sensor or area is known: the north of Vietnam. */
export const DEFAULT_CENTRE: [number, number] = [106.2, 21.28];
