import { useEffect, useId } from 'preact/hooks';
import { sameName } from '../store/operators';
import { useApp } from './context';

export const MAX_NAME = 64;

/** The name of an operator, with those known to choose from; says when it is the name of none of them. */
export function NameField({ name, label, value, set, autoFocus = false, not = null }: {
  name: string;
  label: string;
  value: string;
  set: (value: string) => void;
  autoFocus?: boolean;
  /** Whom not to offer. */
  not?: string | null;
}) {
  const app = useApp();
  const t = app.t.value.life;
  const list = useId();
  const hint = useId();
  useEffect(() => { void app.life.operators.load(); }, []);
  const known = app.life.names.value.filter((one) => !sameName(one, not));
  const onDuty = app.store.onDuty.value;
  const unknown = value.trim() !== '' && !known.some((one) => sameName(one, value)) && !sameName(value, not);
  return (
    <div>
      <label class="field">{label}
        <input type="text" name={name} value={value} list={list} maxLength={MAX_NAME} required autocomplete="off" autoFocus={autoFocus} aria-describedby={hint}
          onInput={(event) => set(event.currentTarget.value)} />
      </label>
      <span id={hint} class="name-hint" role="status">{unknown && t.unknownName}</span>
      <datalist id={list}>
        {known.map((one) => <option key={one} value={one} label={onDuty.some((duty) => sameName(duty.operator, one)) ? t.onShift : undefined} />)}
      </datalist>
    </div>
  );
}
