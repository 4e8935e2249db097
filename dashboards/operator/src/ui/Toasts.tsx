import { useApp } from './context';

export function Toasts() {
  const app = useApp();
  const t = app.t.value;
  return (
    <div class="toasts" role="alert">
      {app.toasts.value.map((toast) => (
        <div class="toast" key={toast.id}>
          <span>{toast.text(t)}</span>
          <button type="button" class="quiet" aria-label={t.error.dismiss} onClick={() => app.dismiss(toast.id)}>×</button>
        </div>
      ))}
    </div>
  );
}
