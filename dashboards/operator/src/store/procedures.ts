import type { Procedure } from '../api/pages';
import type { Alert, Checklist } from '../api/types';

/** How far an alert's checklist is. */
export interface Progress {
  done: number;
  of: number;
  /** Steps that have to be done and are not. */
  left: number;
}

/** Who did a step and when; null when it is not done. */
export const doneBy = (checklist: Checklist | null | undefined, step: string) => checklist?.done.find((one) => one.id === step) ?? null;

export function progress(procedure: Procedure, checklist: Checklist | null | undefined): Progress {
  const done = procedure.steps.filter((step) => doneBy(checklist, step.id) !== null).length;
  return { done, of: procedure.steps.length, left: procedure.steps.filter((step) => !step.optional && doneBy(checklist, step.id) === null).length };
}

/** Whether what is shown is no longer what the alert follows: somebody began another version, or another procedure. */
export const isOther = (procedure: Procedure, alert: Alert) =>
  Boolean(alert.checklist && alert.checklist.done.length > 0 && (alert.checklist.procedure !== procedure.id || alert.checklist.version !== procedure.version));

/** The step that an act of a checklist is about ("procedure/step"). */
export const stepOf = (target: string) => target.slice(target.indexOf('/') + 1);
