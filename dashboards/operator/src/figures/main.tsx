import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import '../side/side.css';
import './figures.css';
import { render } from 'preact';
import { enter } from '../api/session';
import { FiguresApp } from './figures-app';
import { FiguresPage } from './FiguresPage';

if (await enter()) {
  const app = new FiguresApp();
  app.start();
  render(<FiguresPage app={app} />, document.getElementById('app')!);
}
