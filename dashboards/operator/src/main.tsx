import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import './styles/theme.css';
import './styles/page.css';
import './styles/life.css';
import './styles/pages.css';
import './styles/map.css';
import { render } from 'preact';
import { enter, withName } from './api/session';
import { App } from './app';
import { Page } from './ui/Page';

if (await enter()) {
  const app = new App();
  withName((name) => { app.preferences.operator.value = name; });
  app.start();
  render(<Page app={app} />, document.getElementById('app')!);
}
