import type { ComponentChildren } from 'preact';
import type { SideApp } from './side-app';

export type SidePage = 'figures' | 'shifts';

/** The top of a page: back to the operators' page, its name, the other pages, print, theme, language. */
export function Bar({ app, page, title, children }: { app: SideApp; page: SidePage; title: string; children?: ComponentChildren }) {
  const words = app.words.value;
  const vietnamese = app.language.value === 'vi';
  return (
    <header class="side-bar">
      <a class="back" href="../" aria-label={words.planner.back}><span aria-hidden="true">←</span> <span class="word">{words.planner.back}</span></a>
      <h1>{title}</h1>
      <nav aria-label={words.pages.title}>
        {page !== 'shifts' && <a href="../shifts/">{words.pages.shifts}</a>}
        {page !== 'figures' && <a href="../figures/">{words.pages.figures}</a>}
      </nav>
      <span class="spacer" />
      {children}
      <button type="button" class="quiet print" onClick={() => print()}>{words.planner.print}</button>
      <button type="button" class="quiet theme" title={words.theme.switch} aria-label={words.theme.switch} onClick={() => app.toggleTheme()}><span aria-hidden="true">◐</span></button>
      <button type="button" class="quiet language" lang={vietnamese ? 'en' : 'vi'} title={words.language} onClick={() => app.toggleLanguage()}>{vietnamese ? 'EN' : 'VI'}</button>
    </header>
  );
}
