import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import './styles/theme.css';
import './styles/page.css';
import './styles/life.css';
import './styles/map.css';
import { render } from 'preact';
import { App } from './app';
import { Page } from './ui/Page';

const app = new App();
app.start();
render(<Page app={app} />, document.getElementById('app')!);
