import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import './planner.css';
import { render } from 'preact';
import { PlannerApp } from './planner-app';
import { PlannerPage } from './ui/PlannerPage';

const app = new PlannerApp();
app.start();
render(<PlannerPage app={app} />, document.getElementById('app')!);
