import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import './wall.css';
import { render } from 'preact';
import { enter } from '../api/session';
import { WallApp } from './wall-app';
import { WallPage } from './WallPage';

if (await enter()) {
  const app = new WallApp();
  app.start();
  render(<WallPage app={app} />, document.getElementById('app')!);
}
