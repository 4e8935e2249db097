import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import '../side/side.css';
import './shifts.css';
import { render } from 'preact';
import { ShiftsApp } from './shifts-app';
import { ShiftsPage } from './ShiftsPage';

const app = new ShiftsApp();
app.start();
render(<ShiftsPage app={app} />, document.getElementById('app')!);
