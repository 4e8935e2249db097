import { SEVERITIES } from '../store/alerts';
import { useApp } from './context';
import { HandOverButton } from './HandOver';
import { PagesMenu } from './PagesMenu';
import { Shape } from './Shape';

export function TopBar() {
  const app = useApp();
  const t = app.t.value;
  const { language, theme } = app.preferences;
  return (
    <header class="top">
      <h1><span class="long">{t.appName}</span><span class="short">{t.appNameShort}</span></h1>
      <SeverityFilters />
      <div class="spacer" />
      <Fleet />
      <Link />
      <SoundButton />
      <button type="button" class="quiet operator" onClick={() => { app.dialog.value = { kind: 'operator', then: null }; }}>
        <span class="caption">{t.operator.button}</span> <b>{app.preferences.operator.value || t.operator.none}</b>
      </button>
      <button type="button" class="quiet theme" title={t.theme.switch} aria-label={`${t.theme.switch}: ${theme.value === 'night' ? t.theme.day : t.theme.night}`} onClick={() => app.toggleTheme()}>
        <span aria-hidden="true">◐</span> <span class="theme-word">{theme.value === 'night' ? t.theme.day : t.theme.night}</span>
      </button>
      <button type="button" class="quiet" lang={language.value === 'vi' ? 'en' : 'vi'} title={`${t.language} (L)`} onClick={() => app.toggleLanguage()}>
        {language.value === 'vi' ? 'EN' : 'VI'} <kbd>L</kbd>
      </button>
      <PagesMenu />
      <HandOverButton />
      <button type="button" class="quiet help-button notify-button" aria-label={t.notify.button} title={t.notify.button}
        onClick={() => { app.dialog.value = { kind: 'notifications' }; }}><span aria-hidden="true">✉</span></button>
      <button type="button" class="quiet help-button" aria-label={t.help.button} title={t.help.button} onClick={() => { app.dialog.value = { kind: 'help' }; }}>?</button>
      <Clock />
    </header>
  );
}

function SeverityFilters() {
  const app = useApp();
  const t = app.t.value;
  const counts = app.counts.value;
  const filtered = app.filter.value.severities;
  const crowded = SEVERITIES.some((severity) => counts[severity].open > 999);
  return (
    <div class={`severities ${crowded ? 'crowded' : ''}`} role="group" aria-label={t.list.level}>
      {SEVERITIES.map((severity) => {
        const { open, unacknowledged } = counts[severity];
        const label = t.severityFilter(t.severity[severity], open, unacknowledged);
        return (
          <button key={severity} type="button" class={`severity ${open > 0 ? 'some' : 'none'}`} aria-pressed={filtered.has(severity)}
            title={`${label} (${severity})`} onClick={() => app.toggleSeverity(severity)}>
            <Shape severity={severity} filled={unacknowledged > 0} size={24} />
            <b>{app.f.value.number(unacknowledged)}</b><span class="of">/{app.f.value.number(open)}</span>
            <span class="word">{t.severity[severity]}</span>
          </button>
        );
      })}
    </div>
  );
}

function Fleet() {
  const app = useApp();
  const t = app.t.value;
  const f = app.f.value;
  const fleet = app.store.fleet.value;
  return (
    <div class="fleet" title={t.fleet.title(f.number(fleet.offline), f.number(fleet.stale), f.number(fleet.unregistered))}>
      <span>{t.fleet.online(f.number(fleet.online), f.number(fleet.sensors))}</span>
      <span>{t.fleet.rate(f.number(fleet.messagesPerSecond, fleet.messagesPerSecond < 10 ? 1 : 0))}</span>
    </div>
  );
}

function Link() {
  const app = useApp();
  const state = app.link.state.value;
  return (
    <div class={`link ${state}`} role="status">
      <span class="lamp" aria-hidden="true" />
      {app.t.value.link[state]}
    </div>
  );
}

function SoundButton() {
  const app = useApp();
  const t = app.t.value;
  const on = app.preferences.sound.value === 'on';
  const blocked = on && !app.soundPlayer.ready.value;
  return (
    <button type="button" class={`quiet sound ${blocked ? 'blocked' : ''}`} aria-pressed={on}
      title={blocked ? t.sound.blocked : on ? t.sound.on : t.sound.off}
      onClick={() => app.toggleSound()}>
      <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M3 9v6h4l5 4.5v-15L7 9Z" fill="currentColor" />
        {on && !blocked
          ? <path d="M15.5 8.5a5 5 0 0 1 0 7M18 6a8.5 8.5 0 0 1 0 12" fill="none" stroke="currentColor" stroke-width="2" />
          : <path d="M15.5 9.5l5.5 5.5m0-5.5L15.5 15" fill="none" stroke="currentColor" stroke-width="2" />}
      </svg>
      <span class="word">{blocked ? t.sound.blockedShort : t.sound.button}</span> <kbd>M</kbd>
    </button>
  );
}

function Clock() {
  const app = useApp();
  const now = app.now.value;
  const f = app.f.value;
  return (
    <time class="clock" dateTime={new Date(now).toISOString()}>
      <b>{f.clock(now)}</b>
      <span>{f.date(now)}</span>
    </time>
  );
}
