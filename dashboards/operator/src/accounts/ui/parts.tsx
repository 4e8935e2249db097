import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { AccountsApp } from '../accounts-app';

/** A page with its title, its way back, theme and language. */
export function Frame({ app, title, narrow = false, links, children }: { app: AccountsApp; title: string; narrow?: boolean; links?: ComponentChildren; children: ComponentChildren }) {
  const t = app.t.value;
  const { language, theme } = app.preferences;
  return (
    <div class={`accounts ${narrow ? 'narrow' : ''}`}>
      <header class="accounts-bar">
        {narrow ? <b>{t.product}</b> : <a href="../">← {t.back}</a>}
        <span class="spacer" />
        {links}
        <button type="button" class="quiet" aria-label={t.theme} title={t.theme} onClick={() => { theme.value = theme.value === 'night' ? 'day' : 'night'; }}>
          <span aria-hidden="true">◐</span>
        </button>
        <button type="button" class="quiet" lang={language.value === 'vi' ? 'en' : 'vi'} onClick={() => { language.value = language.value === 'vi' ? 'en' : 'vi'; }}>{t.language}</button>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}

/** What went wrong or well; said by screen readers. */
export function Message({ text, good = false }: { text: string | null; good?: boolean }) {
  return <p role={good ? 'status' : 'alert'} class={`message ${text === null ? 'none' : good ? 'good' : 'bad'}`}>{text}</p>;
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'password' | 'number';
  autocomplete?: string | undefined;
  help?: string | undefined;
  maxLength?: number;
  autoFocus?: boolean | undefined;
  inputMode?: 'numeric' | 'text';
}

export function Field({ label, value, onInput, type = 'text', autocomplete = 'off', help, maxLength = 200, autoFocus = false, inputMode = 'text' }: FieldProps) {
  const id = useId();
  const common = {
    id, value, maxLength, autocomplete, autoFocus, inputMode, required: true, spellcheck: false, autocapitalize: 'none' as const, 'aria-describedby': help ? `${id}-help` : undefined,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'password' ? <input type="password" {...common} /> : type === 'number' ? <input type="number" min={1} {...common} /> : <input type="text" {...common} />}
      {help && <small id={`${id}-help`}>{help}</small>}
    </div>
  );
}

/** A password that can be looked at, so that it need not be typed twice. */
export function PasswordField({ app, label, value, onInput, autocomplete, help, autoFocus }: Omit<FieldProps, 'type' | 'maxLength'> & { app: AccountsApp }) {
  const [shown, setShown] = useState(false);
  return (
    <div class="password">
      <Field label={label} value={value} onInput={onInput} type={shown ? 'text' : 'password'} autocomplete={autocomplete} help={help} autoFocus={autoFocus} maxLength={256} />
      <label class="check"><input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} /> {app.t.value.showPassword}</label>
    </div>
  );
}

/** A button for what cannot be taken back: asks once more, for five seconds. */
export function SureButton({ app, label, disabled = false, onSure }: { app: AccountsApp; label: string; disabled?: boolean; onSure: () => void }) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return;
    const forget = setTimeout(() => setAsked(false), 5_000);
    return () => clearTimeout(forget);
  }, [asked]);
  return (
    <button type="button" class={asked ? 'danger' : ''} disabled={disabled} onClick={() => { if (asked) onSure(); setAsked(!asked); }}>
      {asked ? `${label}: ${app.t.value.sure}` : label}
    </button>
  );
}

/** Something that is shown only once, to be copied. */
export function Secret({ app, label, text, help }: { app: AccountsApp; label: string; text: string; help: string }) {
  const t = app.t.value;
  const [note, setNote] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setNote(t.copied);
    } catch {
      setNote(t.copyFailed);
    }
  };
  return (
    <section class="secret" aria-label={label}>
      <b>{label}</b>
      <code>{text}</code>
      <button type="button" onClick={() => void copy()}>{t.copy}</button>
      <small>{help}</small>
      <Message text={note} good />
    </section>
  );
}

/** Several to choose from. */
export function Choices({ label, all, chosen, onChange }: { label: string; all: readonly { id: string; name: string }[]; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {all.map(({ id, name }) => (
        <label key={id} class="check">
          <input type="checkbox" checked={chosen.includes(id)} onChange={() => onChange(chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id])} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

/** Runs what a form or button asks for: one at a time, its refusal as a text. */
export function useTask(app: AccountsApp) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async (what: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setTrouble(null);
    try {
      await what();
    } catch (error) {
      setTrouble(app.trouble(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, run };
}
