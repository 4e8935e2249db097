import { useSignal } from '@preact/signals';
import type { PlannerApp } from '../planner-app';
import { AnswerView } from './AnswerView';
import { PlannerContext, usePlanner } from "./context";
import { QuestionForm } from './QuestionForm';

export function PlannerPage({ app }: { app: PlannerApp }) {
  return (
    <PlannerContext.Provider value={app}>
      <Layout app={app} />
    </PlannerContext.Provider>
  );
}

function Layout({ app }: { app: PlannerApp }) {
  const t = app.t.value;
  // On a phone the question is folded away once there is one.
  const open = useSignal(app.query.peek().properties.length === 0);
  return (
    <div class={`planner ${open.value ? 'open' : ''}`}>
      <a class="skip" href="#answer">{t.skip}</a>
      <Bar />
      <button type="button" class="fold" aria-expanded={open.value} aria-controls="question" onClick={() => { open.value = !open.value; }}>
        {open.value ? t.hideForm : t.showForm}
      </button>
      <QuestionForm />
      <main id="answer" tabIndex={-1}>
        {app.catalogue.trouble.value && <p class="banner note" role="status">{t.state.catalogue}</p>}
        <AnswerView />
      </main>
    </div>
  );
}

function Bar() {
  const app = usePlanner();
  const t = app.t.value;
  const words = app.words.value;
  const copied = useSignal<boolean | null>(null);
  const vietnamese = app.language.value === 'vi';
  const copy = () => {
    navigator.clipboard?.writeText(app.shareAddress()).then(() => { copied.value = true; }, () => { copied.value = false; }) ?? (copied.value = false);
  };
  return (
    <header class="planner-bar">
      <a class="back" href="../">← {t.back}</a>
      <h1>{t.title}</h1>
      <span class="spacer" />
      <span class="said" role="status">{copied.value === null ? '' : copied.value ? t.copied : t.copyFailed}</span>
      <button type="button" class="quiet" onClick={copy}>{t.copy}</button>
      <button type="button" class="quiet" onClick={() => print()}>{t.print}</button>
      <button type="button" class="quiet theme" title={words.theme.switch} aria-label={words.theme.switch} onClick={() => app.toggleTheme()}><span aria-hidden="true">◐</span></button>
      <button type="button" class="quiet language" lang={vietnamese ? 'en' : 'vi'} title={words.language} onClick={() => app.toggleLanguage()}>{vietnamese ? 'EN' : 'VI'}</button>
    </header>
  );
}
