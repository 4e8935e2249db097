import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import './planner.css';
import { render } from 'preact';
import { enter } from '../api/session';
import { PlannerApp } from './planner-app';
import { PlannerPage } from './ui/PlannerPage';

if (await enter()) {
  const app = new PlannerApp();
  app.start();
  render(<PlannerPage app={app} />, document.getElementById('app')!);
}
