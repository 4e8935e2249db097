import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useApp } from './context';

/** The ways to the other pages, each in a tab of its own: this page stays open, and goes on sounding. */
export function PagesMenu() {
  const app = useApp();
  const t = app.t.value.pages;
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const leave = (event: FocusEvent) => {
    if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) open.value = false;
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open.value) return;
    event.stopPropagation();
    open.value = false;
    button.current?.focus();
  };
  return (
    <div class="pages-menu" onFocusOut={leave} onKeyDown={escape}>
      <button ref={button} type="button" class="quiet pages-button" aria-label={t.title} title={t.title} aria-expanded={open.value} aria-controls="pages" onClick={() => { open.value = !open.value; }}><span aria-hidden="true">☰</span></button>
      {open.value && (
        <ul id="pages">
          <li><a href="shifts/" target="ioc-shifts">{t.shifts}</a></li>
          <li><a href="shifts/?view=report" target="ioc-report">{t.report}</a></li>
          <li><a href="figures/" target="ioc-figures">{t.figures}</a></li>
          <li><a class="planner-link" href="planner/" target="ioc-planner">{t.planner}</a></li>
          <li><a href="wall/" target="ioc-wall">{t.wall} <kbd>W</kbd></a></li>
        </ul>
      )}
    </div>
  );
}
