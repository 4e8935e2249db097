import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Language } from '../i18n';
import { whenTexts } from '../i18n/when';
import { partAt, readWhen, stepWhen, writeWhen, type WhenKind } from '../when';

interface WhenFieldProps {
  kind: WhenKind;
  language: Language;
  name: string;
  label: ComponentChildren;
  /** 2026-11-22, 14:05 or 2026-11-22T14:05; empty = none. */
  value: string;
  /** Earliest and latest, as the value. */
  min?: string;
  max?: string;
  /** Empty is an answer. */
  optional?: boolean;
  /** Told of every letter, as it was typed: for forms that judge for themselves when they are sent. */
  eager?: boolean;
  labelClass?: string;
  onChange: (value: string) => void;
}

/** A field for a day, a time of day, or both. The browser's own follow the computer's language and not the page's: an operator would read 11/12 as
 * the one or the other. Taken when it is left or Enter is pressed. */
export function WhenField({ kind, language, name, label, value, min, max, optional = false, eager = false, labelClass, onChange }: WhenFieldProps) {
  const words = whenTexts[language];
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => writeWhen(kind, value));
  const [trouble, setTrouble] = useState('');
  const given = writeWhen(kind, value);
  useEffect(() => {
    setText(given);
    setTrouble('');
  }, [given]);

  const take = () => {
    const typed = input.current!.value;
    const read = typed.trim() === '' && optional ? '' : readWhen(kind, typed);
    const wrong = read === null ? words.wrong[kind]
      : read !== '' && min !== undefined && read < min ? words.early(writeWhen(kind, min))
        : read !== '' && max !== undefined && read > max ? words.late(writeWhen(kind, max)) : '';
    setTrouble(wrong);
    if (wrong !== '' || read === null) return;
    setText(writeWhen(kind, read));
    if (read !== value) onChange(read);
  };
  const type = (typed: string) => {
    setText(typed);
    if (trouble !== '') setTrouble('');
    if (eager) onChange(typed.trim());
  };
  const step = (by: 1 | -1) => {
    const field = input.current!;
    const now = readWhen(kind, field.value);
    if (now === null) return;
    const { part, from, to } = partAt(kind, field.selectionStart ?? 0);
    type(writeWhen(kind, stepWhen(kind, now, part, by)));
    // After it has been drawn: the part stays chosen for the next press.
    requestAnimationFrame(() => field.setSelectionRange(from, to));
  };

  return (
    <span class={`when-field ${kind}`}>
      <label class={labelClass}>{label}{' '}
        <input ref={input} type="text" inputMode="numeric" name={name} value={text} size={kind === 'moment' ? 16 : kind === 'day' ? 10 : 6} maxLength={20} autocomplete="off" spellcheck={false}
          placeholder={words.empty[kind]} title={words.hint[kind]} aria-describedby={trouble === '' ? undefined : `${id}-wrong`} aria-invalid={trouble !== ''}
          onInput={(event) => type(event.currentTarget.value)} onBlur={take}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing) take();
            else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
              event.preventDefault();
              step(event.key === 'ArrowUp' ? 1 : -1);
            }
          }} />
      </label>
      {trouble !== '' && <em class="when-wrong" id={`${id}-wrong`} role="alert">{trouble}</em>}
    </span>
  );
}
