import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../src/app';
import { AppContext } from '../src/ui/context';
import { TopBar } from '../src/ui/TopBar';
import { useKeyboard } from '../src/ui/use-keyboard';

/** Mute until it is resumed by a gesture, as browsers have it. */
class MuteContext {
  state = 'suspended';
  onstatechange: (() => void) | null = null;
  resume(): Promise<void> {
    this.state = 'running';
    return Promise.resolve();
  }
}

function Page({ app }: { app: App }) {
  useKeyboard(app);
  return <AppContext.Provider value={app}><TopBar /></AppContext.Provider>;
}

describe('the sound button', () => {
  let app: App;
  let root: HTMLElement;
  const button = () => root.querySelector<HTMLButtonElement>('button.sound')!;
  /** Lets the sound come on, and what follows from it be drawn. */
  const settle = () => act(async () => { await Promise.resolve(); });
  const press = async (key: string, more: Partial<KeyboardEventInit> = {}) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }));
    await settle();
  };
  const click = async (on: Element = button()) => {
    on.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    // The sound comes on before the button is let go.
    await settle();
    on.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await settle();
  };

  beforeEach(async () => {
    vi.stubGlobal('AudioContext', MuteContext);
    localStorage.clear();
    app = new App();
    root = document.createElement('div');
    document.body.append(root);
    await act(() => render(<Page app={app} />, root));
  });
  afterEach(async () => {
    await act(() => render(null, root));
    root.remove();
    vi.unstubAllGlobals();
  });

  it('stays on when the press on it is the one that lets the page sound', async () => {
    expect(button().className).toContain('blocked');
    await click();
    expect([app.soundPlayer.ready.value, app.preferences.sound.value]).toEqual([true, 'on']);
    await click();
    expect(app.preferences.sound.value).toBe('off');
    await click();
    expect(app.preferences.sound.value).toBe('on');
  });
  it('stays on when M is the key that lets the page sound', async () => {
    await press('m');
    expect([app.soundPlayer.ready.value, app.preferences.sound.value]).toEqual([true, 'on']);
    await press('m');
    expect(app.preferences.sound.value).toBe('off');
  });
  it('goes off at once when something else let the page sound before', async () => {
    await press('j');
    await press('m');
    expect(app.preferences.sound.value).toBe('off');
  });
  it('comes on from off also by the first press on the page', async () => {
    app.preferences.sound.value = 'off';
    await press('m');
    expect(app.preferences.sound.value).toBe('on');
  });
});
