import '@fontsource/be-vietnam-pro/400.css';
import '@fontsource/be-vietnam-pro/600.css';
import '../styles/theme.css';
import '../styles/page.css';
import './accounts.css';
import { render } from 'preact';
import { AccountsApp } from './accounts-app';
import { AccountPage } from './ui/AccountPage';
import { AdminPage } from './ui/AdminPage';
import { SetupPage } from './ui/SetupPage';
import { SignInPage } from './ui/SignInPage';

const root = document.getElementById('app')!;
const app = new AccountsApp();

switch (root.dataset.page) {
  case 'setup':
    app.start(() => app.t.value.setup.title.setup);
    render(<SetupPage app={app} />, root);
    break;
  case 'account':
    app.start(() => app.t.value.account.title);
    render(<AccountPage app={app} />, root);
    break;
  case 'admin':
    app.start(() => app.t.value.admin.title);
    render(<AdminPage app={app} />, root);
    break;
  default:
    app.start(() => app.t.value.signIn.title);
    render(<SignInPage app={app} />, root);
}
