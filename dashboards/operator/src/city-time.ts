import { computed } from '@preact/signals';
import { cityZone } from './config';

const written = computed(() => new Intl.DateTimeFormat('sv-SE', { timeZone: cityZone.value, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }));

/** A time as a date-and-time field has it, in the city's zone: 2026-11-22T14:05. */
export const toCityInput = (ms: number) => written.peek().format(ms).replace(' ', 'T');

/** The time that such a field names; null when it names none. */
export function fromCityInput(text: string): number | null {
  const guess = Date.parse(`${text}Z`);
  if (Number.isNaN(guess)) return null;
  const offset = Date.parse(`${toCityInput(guess)}Z`) - guess;
  return guess - offset;
}
