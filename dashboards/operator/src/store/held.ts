import type { Alert } from '../api/types';

/** Alerts that an explaining alert holds back. */
export interface Explained {
  /** Id of the alert that explains them. */
  by: string;
  alerts: Alert[];
}

export interface Held {
  /** The next to come back first. */
  shelved: Alert[];
  outOfService: Alert[];
  suppressed: Explained[];
  /** Number of all suppressed ones. */
  suppressedCount: number;
}

export const isHeld = (alert: Alert) => Boolean(alert.hold) && alert.state !== 'closed';

const FOREVER = Number.MAX_SAFE_INTEGER;
const byEnd = (a: Alert, b: Alert) => (a.hold!.until ?? FOREVER) - (b.hold!.until ?? FOREVER) || (a.id < b.id ? -1 : 1);

/** What is held back, sorted by why; closed alerts are held by nothing. */
export function sortHeld(alerts: Iterable<Alert>): Held {
  const shelved: Alert[] = [];
  const outOfService: Alert[] = [];
  const explained = new Map<string, Alert[]>();
  let suppressedCount = 0;
  for (const alert of alerts) {
    if (!isHeld(alert)) continue;
    const { kind, by } = alert.hold!;
    if (kind === 'shelved') shelved.push(alert);
    else if (kind === 'out_of_service') outOfService.push(alert);
    else {
      suppressedCount++;
      const known = explained.get(by);
      if (known) known.push(alert);
      else explained.set(by, [alert]);
    }
  }
  const suppressed = [...explained].map(([by, inside]) => ({ by, alerts: inside.sort((a, b) => a.severity - b.severity || (a.id < b.id ? -1 : 1)) }))
    .sort((a, b) => b.alerts.length - a.alerts.length || (a.by < b.by ? -1 : 1));
  return { shelved: shelved.sort(byEnd), outOfService: outOfService.sort(byEnd), suppressed, suppressedCount };
}

/** The held alerts in the order in which the held list shows them. */
export const heldOrder = (held: Held) => [...held.shelved, ...held.outOfService, ...held.suppressed.flatMap((one) => one.alerts)];
