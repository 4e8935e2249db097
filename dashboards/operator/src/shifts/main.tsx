import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import '../side/side.css';
import './shifts.css';
import { render } from 'preact';
import { enter, withName } from '../api/session';
import { ShiftsApp } from './shifts-app';
import { ShiftsPage } from './ShiftsPage';

if (await enter()) {
  const app = new ShiftsApp();
  withName((name) => { app.preferences.operator.value = name; });
  app.start();
  render(<ShiftsPage app={app} />, document.getElementById('app')!);
}
