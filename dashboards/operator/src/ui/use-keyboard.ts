import { useEffect } from 'preact/hooks';
import type { App } from '../app';
import { commandFor } from '../keyboard';

/** Hands key presses to the page, and takes the first gesture as leave to sound. */
export function useKeyboard(app: App): void {
  useEffect(() => {
    const begin = () => app.soundPlayer.gesture();
    const press = (event: KeyboardEvent) => {
      if (!event.repeat) begin();
      const target = event.target instanceof Element ? event.target : document.body;
      const command = commandFor(event, {
        typing: target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'),
        dialog: app.dialog.value !== null,
        ownArrows: target.matches('input[type=radio], canvas, select, [data-own-arrows], [data-own-arrows] *'),
        letterKeys: app.preferences.letterKeys.value === 'on',
      });
      if (!command) return;
      event.preventDefault();
      if (command.kind === 'escape' && target instanceof HTMLElement && target.matches('input')) target.blur();
      app.run(command);
    };
    const hurry = () => { if (!document.hidden) app.link.hurry(); };
    document.addEventListener('keydown', press);
    document.addEventListener('pointerdown', begin, true);
    document.addEventListener('visibilitychange', hurry);
    window.addEventListener('online', hurry);
    return () => {
      document.removeEventListener('keydown', press);
      document.removeEventListener('pointerdown', begin, true);
      document.removeEventListener('visibilitychange', hurry);
      window.removeEventListener('online', hurry);
    };
  }, [app]);
}
