import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../src/app';
import type { Alert } from '../src/api/types';
import { AlertList, ROW_HEIGHT } from '../src/ui/AlertList';
import { AppContext } from '../src/ui/context';
import { alert, update } from './samples';

describe('the alert list', () => {
  let app: App;
  let root: HTMLElement;
  let version: number;
  const put = (...alerts: Alert[]) => act(() => app.store.apply(update(++version, { full: version === 1, alerts })));
  const scroller = () => root.querySelector<HTMLElement>('.scroller')!;
  const news = () => root.querySelector<HTMLButtonElement>('.list-news');
  const placeOf = (id: string) => Number(/-?\d+/.exec(root.querySelector<HTMLElement>(`[data-alert="${id}"]`)!.style.transform)![0]) / ROW_HEIGHT;
  const scrollTo = (row: number) => act(() => {
    scroller().scrollTop = row * ROW_HEIGHT;
    scroller().dispatchEvent(new Event('scroll'));
  });

  beforeEach(async () => {
    localStorage.clear();
    app = new App();
    app.preferences.language.value = 'en';
    version = 0;
    await put(...Array.from({ length: 30 }, (_, i) => alert(`a${i}`, { raisedAt: 1_000 - i })));
    root = document.createElement('div');
    document.body.append(root);
    await act(() => render(<AppContext.Provider value={app}><AlertList /></AppContext.Provider>, root));
    Object.defineProperty(scroller(), 'clientHeight', { value: 5 * ROW_HEIGHT });
  });
  afterEach(async () => {
    app.hold.release();
    await act(() => render(null, root));
    root.remove();
  });

  it('says how many there are for each operator, in a flood and without one', async () => {
    const flood = (inFlood: boolean, rate: number) => act(() => app.store.apply(update(++version, { flood: { inFlood, since: null, rate, operators: 2 } })));
    await flood(false, 3.5);
    expect(root.querySelector('.load')!.textContent).toBe('3.5 for each operator in 10 minutes, 2 on shift');
    await flood(true, 12.4);
    expect([root.querySelector('.load'), root.querySelector('.flood')!.textContent]).toEqual([null, 'Flood: 12 for each operator in 10 minutes']);
  });
  it('does not move under the pointer; says that a P1 came, and shows it when asked', async () => {
    await act(() => { scroller().dispatchEvent(new PointerEvent('pointermove', { bubbles: true })); });
    await put(alert('p1', { severity: 1 }));
    expect([placeOf('a0'), placeOf('a1')]).toEqual([0, 1]);
    expect(news()!.textContent).toContain('1 new, 1 critical');
    // A move without moving does not hold it any longer.
    await act(() => {
      app.hold.release();
      scroller().dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
    });
    expect(app.hold.held.value).toBe(false);
    await act(() => { scroller().dispatchEvent(new PointerEvent('pointermove', { bubbles: true, screenX: 5 })); });
    await put(alert('p2', { severity: 1, raisedAt: 2_000 }));
    await act(() => news()!.click());
    expect([placeOf('p2'), placeOf('p1'), placeOf('a0'), news()]).toEqual([0, 1, 2, null]);
  });
  it('shows at once what comes when nobody points at it', async () => {
    await put(alert('p1', { severity: 1 }));
    expect([placeOf('p1'), placeOf('a0'), news()]).toEqual([0, 1, null]);
  });
  it('stays where it was scrolled to, and says what came above', async () => {
    await scrollTo(10);
    await put(alert('p1', { severity: 1 }), alert('new', { raisedAt: 2_000 }));
    expect([scroller().scrollTop / ROW_HEIGHT, placeOf('a10')]).toEqual([12, 12]);
    expect(news()!.textContent).toContain('2 new, 1 critical');
    // What is acknowledged elsewhere goes down from among those that are seen; the others stay.
    await put(alert('a11', { raisedAt: 989, state: 'acknowledged' }));
    expect([scroller().scrollTop / ROW_HEIGHT, placeOf('a10')]).toEqual([12, 12]);
    await scrollTo(1);
    expect(news()!.textContent).toContain('1 new, 1 critical');
    await scrollTo(0);
    expect(news()).toBeNull();
  });
});
